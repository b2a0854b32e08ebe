/** Changes facts about a node. Conditions of roles may read them: the preview says who gains and who loses. */
import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { changed, type Line, linesOf } from './properties';
import type { Whole } from './types';

type Row = Line & { key: number };

export function PropertiesDialog({ node, close }: { node: Whole; close: () => void }) {
  const { t } = useTranslation(['where', 'common']);
  const { change } = useChange();
  const [rows, setRows] = useState<Row[]>(() =>
    [...linesOf(node.properties), { name: '', value: '' }].map((line, key) => ({ ...line, key })),
  );
  const set = (key: number, part: Partial<Line>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const properties = changed(node.properties, rows);
  const save = () => {
    close();
    change({
      title: t('where:about.changeTitle', { id: split(node.id)[1] }),
      commands: [{ command: 'patch_resource', id: node.id, body: { properties } }],
    });
  };
  return (
    <Modal opened onClose={close} title={t('where:about.heading', { id: split(node.id)[1] })} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">
          {t('where:about.hint')}
        </Text>
        {rows.map((row, index) => (
          <Group key={row.key} gap="xs" wrap="nowrap" align="flex-end">
            <TextInput
              label={index === 0 ? t('where:about.name') : undefined}
              aria-label={t('where:about.nameOf', { number: index + 1 })}
              value={row.name}
              onChange={(event) => set(row.key, { name: event.currentTarget.value })}
              flex={1}
            />
            <TextInput
              label={index === 0 ? t('where:about.value') : undefined}
              aria-label={t('where:about.valueOf', { name: row.name || index + 1 })}
              value={row.value}
              onChange={(event) => set(row.key, { value: event.currentTarget.value })}
              flex={2}
            />
            <ActionIcon
              size={36}
              aria-label={t('where:about.takeAway', { name: row.name || index + 1 })}
              onClick={() => setRows(rows.filter((one) => one.key !== row.key))}
            >
              <IconTrash size={16} stroke={1.6} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="subtle"
          leftSection={<IconPlus size={16} aria-hidden />}
          w="fit-content"
          onClick={() =>
            setRows([...rows, { name: '', value: '', key: Math.max(0, ...rows.map((row) => row.key)) + 1 }])
          }
        >
          {t('where:about.another')}
        </Button>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('common:cancel')}
          </Button>
          <Button onClick={save} disabled={Object.keys(properties).length === 0}>
            {t('where:about.look')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
