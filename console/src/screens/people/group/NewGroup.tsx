import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '~/app/changes/ChangeProvider';
import { idOf } from '../shared/ids';

/** A group begins with a name; members and roles come on its page. */
export function NewGroup({ close }: { close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [typedId, setTypedId] = useState<string | null>(null);
  const id = typedId ?? idOf(title);
  const look = () => {
    close();
    change({
      title: t('groups.newTitle', { title }),
      commands: [{ command: 'put_group', id, body: { title: title.trim(), active: true } }],
      confirm: t('groups.make'),
      onDone: () => void navigate({ to: '/groups/$id', params: { id } }),
    });
  };
  return (
    <Modal opened onClose={close} title={t('groups.new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (id && title.trim()) look();
        }}
      >
        <Stack>
          <Text size="sm">{t('groups.newExplain')}</Text>
          <TextInput
            label={t('groups.title')}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            required
            data-autofocus
          />
          <TextInput
            label={t('fields.id')}
            description={t('fields.idHint')}
            value={id}
            onChange={(event) => setTypedId(event.currentTarget.value)}
            required
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common.t('cancel')}
            </Button>
            <Button type="submit" disabled={!id || !title.trim()}>
              {t('assign.preview')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
