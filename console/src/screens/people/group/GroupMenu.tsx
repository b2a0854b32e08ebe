/** What can be done about a group as a whole. */
import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core';
import {
  IconDotsVertical,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeItems, changeOne } from '~/api/read';
import type { GroupShown } from '~/api/types';
import { type Guess, useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { useVerb } from '../shared/may';

export function GroupMenu({ group }: { group: GroupShown }) {
  const { t } = useTranslation('people');
  const { change } = useChange();
  const navigate = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const name = group.title ?? group.id;
  if (!useVerb('manage_groups')) return null;
  const turn = (active: boolean) =>
    change({
      title: t(active ? 'groups.wakeTitle' : 'groups.sleepTitle', { name }),
      explain: t(active ? 'groups.wakeExplain' : 'groups.sleepExplain'),
      commands: [{ command: 'patch_group', id: group.id, body: { active } }],
      confirm: t(active ? 'groups.wake' : 'groups.sleep'),
      dangerous: !active,
    });
  const remove = () =>
    change({
      title: t('groups.deleteTitle', { name }),
      explain: t('groups.deleteExplain'),
      commands: [{ command: 'delete_group', id: group.id }],
      confirm: t('groups.delete'),
      dangerous: true,
      typed: group.id,
      onDone: () => void navigate({ to: '/groups' }),
    });
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="default" size={34} aria-label={t('groups.menu', { name })}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setRenaming(true)}>
            {t('groups.rename')}
          </Menu.Item>
          {group.active ? (
            <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={() => turn(false)}>
              {t('groups.sleep')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => turn(true)}>
              {t('groups.wake')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={remove}>
            {t('groups.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {renaming ? <Rename group={group} close={() => setRenaming(false)} /> : null}
    </>
  );
}

function Rename({ group, close }: { group: GroupShown; close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { changeNow } = useChange();
  const { org } = useHere();
  const [title, setTitle] = useState(group.title ?? '');
  const save = () => {
    close();
    const body = { title: title.trim() };
    const guess: Guess = (queries) => {
      changeItems(queries, org, '/v1/orgs/{org}/groups', (groups) =>
        groups.map((one) => (one.id === group.id ? { ...one, ...body } : one)),
      );
      changeOne(queries, org, '/v1/orgs/{org}/groups/{id}', { id: group.id }, (whole) => ({
        ...whole,
        ...body,
      }));
    };
    void changeNow(
      t('groups.renamed', { title: body.title }),
      [{ command: 'patch_group', id: group.id, body }],
      guess,
    );
  };
  return (
    <Modal opened onClose={close} title={t('groups.rename')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim()) save();
        }}
      >
        <Stack>
          <TextInput
            label={t('groups.title')}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            data-autofocus
            required
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common.t('cancel')}
            </Button>
            <Button type="submit" disabled={!title.trim()}>
              {common.t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
