/** What can be done about one role that was given: change its time or approver, or take it. */
import { ActionIcon, Button, Group, Menu, Modal, Stack } from '@mantine/core';
import { IconCalendarTime, IconDotsVertical, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unassign } from '~/api/commands';
import { useName, useRoles } from '~/api/names';
import type { HeldRole, SubjectRef } from '~/api/types';
import { split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { SubjectPicker } from '~/parts/Pickers';
import { useVerb } from '../shared/may';
import { TimeField } from '../shared/TimeField';

export function HeldMenu({ subject, held }: { subject: SubjectRef; held: HeldRole }) {
  const { t } = useTranslation('people');
  const { change } = useChange();
  const name = useName(subject);
  const [editing, setEditing] = useState(false);
  const mayAssign = useVerb('assign');
  const mayRevoke = useVerb('revoke');
  const what = { role: held.title, place: split(held.scope)[1], name };
  if (!mayAssign && !mayRevoke) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t('held.menu', what)}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayAssign ? (
            <Menu.Item leftSection={<IconCalendarTime size={16} />} onClick={() => setEditing(true)}>
              {t('held.edit')}
            </Menu.Item>
          ) : null}
          {mayRevoke ? (
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              onClick={() =>
                change({
                  title: t('held.removeTitle', what),
                  commands: [unassign({ subject, role: held.role, scope: held.scope })],
                  confirm: t('held.remove'),
                  dangerous: true,
                })
              }
            >
              {t('held.remove')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {editing ? <EditHeld subject={subject} held={held} close={() => setEditing(false)} /> : null}
    </>
  );
}

function EditHeld({ subject, held, close }: { subject: SubjectRef; held: HeldRole; close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const { byRef } = useRoles();
  const name = useName(subject);
  const [starts, setStarts] = useState(held.starts ?? null);
  const [expires, setExpires] = useState(held.expires ?? null);
  const [approver, setApprover] = useState(held.approver ?? null);
  const needsApprover = byRef.get(held.role)?.needs_approver ?? false;
  const what = { role: held.title, place: split(held.scope)[1], name };
  const look = () => {
    close();
    const { role, scope } = held;
    const command = { command: 'patch_assignment' as const, subject, role, scope, starts, expires, approver };
    change({
      title: t('held.editTitle', what),
      commands: [command],
    });
  };
  return (
    <Modal opened onClose={close} title={t('held.editTitle', what)}>
      <Stack>
        <TimeField label={t('assign.starts')} value={starts} onChange={setStarts} />
        <TimeField label={t('assign.expires')} value={expires} onChange={setExpires} />
        {needsApprover || approver ? (
          <SubjectPicker
            label={t('assign.approver')}
            description={t('assign.approverHint')}
            value={approver}
            onChange={setApprover}
            required={needsApprover}
          />
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {common.t('cancel')}
          </Button>
          <Button onClick={look} disabled={needsApprover && !approver}>
            {t('assign.preview')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
