import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';

/** Name and address of somebody who is there. */
export function EditUser({ user, close }: { user: User; close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const [name, setName] = useState(user.name ?? '');
  const [email, setEmail] = useState(user.email ?? '');
  const look = () => {
    close();
    const body = { name: name.trim() || null, email: email.trim() || null };
    change({
      title: t('user.editTitle', { name: user.name ?? user.id }),
      commands: [{ command: 'patch_user', id: user.id, body }],
      confirm: common.t('save'),
    });
  };
  return (
    <Modal opened onClose={close} title={t('user.editTitle', { name: user.name ?? user.id })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          look();
        }}
      >
        <Stack>
          <TextInput
            label={t('fields.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            type="email"
            label={t('fields.email')}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common.t('cancel')}
            </Button>
            <Button type="submit">{t('assign.preview')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
