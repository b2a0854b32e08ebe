/** What conditions can read besides what is registered, and the moment that is asked about. */
import { ActionIcon, Button, Collapse, Group, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronRight, IconPlus, IconX } from '@tabler/icons-react';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { contextOf, type Row, rowsOf } from './context';
import type { WhySearch } from './routes';

interface Given {
  search: WhySearch;
  set: (some: WhySearch) => void;
}

export function Circumstances({ search, set }: Given) {
  const { t } = useTranslation('why');
  const given = Object.keys(search.context ?? {}).length + (search.time ? 1 : 0);
  const [opened, { toggle }] = useDisclosure(given > 0);
  return (
    <div className="circumstances">
      <UnstyledButton onClick={toggle} aria-expanded={opened} className="fold">
        <IconChevronRight size={15} aria-hidden className="turns-right" data-open={opened} />
        {given > 0 ? t('form.moreGiven', { count: given }) : t('form.more')}
      </UnstyledButton>
      <Collapse expanded={opened}>
        {opened ? <Rows key={JSON.stringify(search.context ?? {})} search={search} set={set} /> : null}
      </Collapse>
    </div>
  );
}

function Rows({ search, set }: Given) {
  const { t } = useTranslation('why');
  const [rows, setRows] = useState<Row[]>(() => rowsOf(search.context));
  const change = (index: number, some: Partial<Row>) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...some } : row)));
  const apply = () => set({ context: contextOf(rows) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Stack gap="xs" pt="sm" maw={620}>
        <Text size="xs" className="soft">
          {t('form.moreHint')}
        </Text>
        {rows.map((row, index) => (
          <Group key={index} gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              label={t('form.name')}
              value={row.name}
              placeholder="amount"
              onChange={(event) => change(index, { name: event.currentTarget.value })}
            />
            <TextInput
              label={t('form.value')}
              value={row.value}
              placeholder="250"
              onChange={(event) => change(index, { value: event.currentTarget.value })}
              flex={1}
            />
            <ActionIcon
              size="lg"
              aria-label={t('form.remove', { name: row.name || t('form.name') })}
              onClick={() => setRows(rows.filter((_, at) => at !== index))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setRows([...rows, { name: '', value: '' }])}
          >
            {t('form.add')}
          </Button>
          <Button size="compact-sm" type="submit">
            {t('form.apply')}
          </Button>
        </Group>
        <DateTimePicker
          label={t('form.time')}
          placeholder={t('form.timeNow')}
          value={search.time ? dayjs(search.time).format('YYYY-MM-DD HH:mm:ss') : null}
          onChange={(time) => set({ time: time ? dayjs(time).toISOString() : undefined })}
          clearable
          clearButtonProps={{ 'aria-label': t('form.timeClear') }}
          maw={300}
        />
      </Stack>
    </form>
  );
}
