/** What can be done about a key. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconBan,
  IconDotsVertical,
  IconHandGrab,
  IconPencil,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyShown } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { useVerb } from '../shared/may';
import { EditKey } from './EditKey';
import { RotateKey } from './RotateKey';

export function KeyMenu({ item }: { item: ApiKeyShown }) {
  const { t } = useTranslation('people');
  const { me } = useHere();
  const { change } = useChange();
  const navigate = useNavigate();
  const [rotating, setRotating] = useState(false);
  const [editing, setEditing] = useState(false);
  const name = item.title ?? item.id;
  if (!useVerb('manage_keys')) return null;
  const revoke = () =>
    change({
      title: t('keys.revokeTitle', { name }),
      explain: t('keys.revokeExplain'),
      commands: [{ command: 'revoke_api_key', id: item.id }],
      confirm: t('keys.revoke'),
      dangerous: true,
      typed: item.id,
    });
  const takeOver = () =>
    change({
      title: t('keys.takeOverTitle', { name }),
      explain: t('keys.takeOverExplain'),
      commands: [{ command: 'take_over_api_key', id: item.id }],
      confirm: t('keys.takeOver'),
    });
  const remove = () =>
    change({
      title: t('keys.deleteTitle', { name }),
      explain: t('keys.deleteExplain'),
      commands: [{ command: 'delete_api_key', id: item.id }],
      confirm: t('keys.delete'),
      dangerous: true,
      typed: item.id,
      onDone: () => void navigate({ to: '/keys' }),
    });
  return (
    <>
      {item.revoked ? null : (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => setRotating(true)}
        >
          {t('keys.rotate')}
        </Button>
      )}
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="default" size={34} aria-label={t('keys.menu', { name })}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setEditing(true)}>
            {t('keys.edit')}
          </Menu.Item>
          {item.issued_by !== me.subject ? (
            <Menu.Item leftSection={<IconHandGrab size={16} />} onClick={takeOver}>
              {t('keys.takeOver')}
            </Menu.Item>
          ) : null}
          {item.revoked ? null : (
            <Menu.Item leftSection={<IconBan size={16} />} onClick={revoke}>
              {t('keys.revoke')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={remove}>
            {t('keys.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {rotating ? <RotateKey item={item} close={() => setRotating(false)} /> : null}
      {editing ? <EditKey item={item} close={() => setEditing(false)} /> : null}
    </>
  );
}
