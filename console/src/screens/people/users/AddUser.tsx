/** Registers somebody without an invitation: for those who sign in through the company, or for programs with a face. */
import { Alert, Anchor, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '~/app/changes/ChangeProvider';
import { idOf, isAddress } from '../shared/ids';

export function AddUser({ close }: { close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [typedId, setTypedId] = useState<string | null>(null);
  const id = typedId ?? idOf(email || name);
  const wrong = email !== '' && !isAddress(email);
  const look = () => {
    close();
    const body = {
      name: name.trim() || null,
      email: email.trim() || null,
      status: 'active' as const,
      properties: {},
    };
    change({
      title: t('add.title', { name: name.trim() || id }),
      commands: [{ command: 'create_user', id, body }],
      confirm: t('add.confirm'),
      onDone: () => void navigate({ to: '/people/$id', params: { id } }),
    });
  };
  return (
    <Modal opened onClose={close} title={t('add.heading')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (id && !wrong) look();
        }}
      >
        <Stack>
          <Alert color="ambit" icon={<IconInfoCircle size={18} />} p="xs">
            {t('add.explain')}{' '}
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/invitations" search={{ invite: true }} {...props} />}
            >
              {t('add.invite')}
            </Anchor>
          </Alert>
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
            error={wrong ? t('fields.badEmail') : null}
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
            <Button type="submit" disabled={!id || wrong}>
              {t('assign.preview')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
