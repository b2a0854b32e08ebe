/** What can be done about a person, beside their roles. */
import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconDotsVertical,
  IconKey,
  IconMask,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
  IconUserOff,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import type { Command, User, UserWhole } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { problemText } from '~/parts/problemText';
import { exactTime } from '~/parts/When';
import { useVerb } from '../shared/may';
import { Once } from '../shared/Once';
import { EditUser } from './EditUser';

type Status = User['status'];

export const setStatus = (id: string, status: Status): Command => ({
  command: 'set_user_status',
  id,
  status,
});

export function UserMenu({ user }: { user: UserWhole }) {
  const { t } = useTranslation('people');
  const { me, session } = useHere();
  const { change } = useChange();
  const navigate = useNavigate();
  const mayEdit = useVerb('edit_users');
  const mayActAs = useVerb('impersonate');
  const [link, setLink] = useState<{ link: string; expires: string } | null>(null);
  const [editing, setEditing] = useState(false);
  const actAs = useActAs(user.id);
  const name = user.name ?? user.id;
  const myself = me.subject === `user:${user.id}`;
  if (!mayEdit && !mayActAs) return null;
  const turn = (status: Status, action: 'suspend' | 'activate' | 'deactivate') =>
    change({
      title: t(`user.${action}Title`, { name }),
      explain: t(`user.${action}Explain`),
      commands: [setStatus(user.id, status)],
      confirm: t(`user.${action}`),
      dangerous: action !== 'activate',
    });
  const reset = async () => {
    try {
      const path = { org: me.organization, id: user.id };
      setLink(await must(client.POST('/v1/orgs/{org}/users/{id}/reset-link', { params: { path } })));
    } catch (error) {
      const { title, detail } = problemText(asProblem(error));
      notifications.show({ color: 'red', title, message: detail, autoClose: 15_000 });
    }
  };
  const remove = () =>
    change({
      title: t('user.deleteTitle', { name }),
      explain: t('user.deleteExplain'),
      commands: [{ command: 'delete_user', id: user.id }],
      confirm: t('user.delete'),
      dangerous: true,
      typed: user.id,
      onDone: () => void navigate({ to: '/people' }),
    });
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon variant="default" size={34} aria-label={t('user.menu', { name })}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayEdit ? (
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setEditing(true)}>
              {t('user.edit')}
            </Menu.Item>
          ) : null}
          {mayEdit && user.status === 'active' ? (
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => void reset()}>
              {t('user.reset')}
            </Menu.Item>
          ) : null}
          {mayActAs && !myself && user.status === 'active' && !session.impersonator ? (
            <Menu.Item leftSection={<IconMask size={16} />} onClick={() => void actAs()}>
              {t('user.actAs')}
            </Menu.Item>
          ) : null}
          {mayEdit ? <Menu.Divider /> : null}
          {mayEdit && user.status === 'active' ? (
            <Menu.Item
              leftSection={<IconPlayerPause size={16} />}
              onClick={() => turn('suspended', 'suspend')}
            >
              {t('user.suspend')}
            </Menu.Item>
          ) : null}
          {mayEdit && (user.status === 'suspended' || user.status === 'deactivated') ? (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => turn('active', 'activate')}>
              {t('user.activate')}
            </Menu.Item>
          ) : null}
          {mayEdit && user.status !== 'deactivated' ? (
            <Menu.Item
              leftSection={<IconUserOff size={16} />}
              onClick={() => turn('deactivated', 'deactivate')}
            >
              {t('user.deactivate')}
            </Menu.Item>
          ) : null}
          {mayEdit ? (
            <Menu.Item leftSection={<IconTrash size={16} />} onClick={remove}>
              {t('user.delete')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {link ? (
        <Once
          title={t('user.resetTitle', { name })}
          label={t('user.resetLabel')}
          value={link.link}
          explain={t('user.resetExplain', { name, when: exactTime(link.expires) })}
          close={() => setLink(null)}
        />
      ) : null}
      {editing ? <EditUser user={user} close={() => setEditing(false)} /> : null}
    </>
  );
}

/** Acts as somebody: all that was read was read as oneself, and is forgotten. */
function useActAs(user: string) {
  const { org } = useHere();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      await must(client.POST('/v1/orgs/{org}/impersonation', { params: { path: { org } }, body: { user } }));
    } catch (error) {
      const { title, detail } = problemText(asProblem(error));
      notifications.show({ color: 'red', title, message: detail, autoClose: 15_000 });
      return;
    }
    queries.clear();
    await navigate({ to: '/' });
  };
}
