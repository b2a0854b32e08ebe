/** What can be done with those who are chosen. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconUserMinus,
  IconUserPlus,
  IconUsersPlus,
  IconX,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assign, unassign } from '~/api/commands';
import { useName, useRoles } from '~/api/names';
import type { Command, SubjectRef, User } from '~/api/types';
import { split } from '~/api/types';
import { ResourcePicker, RolePicker, SubjectPicker } from '~/parts/Pickers';
import { useHomePlace } from '../assign/AssignButton';
import { emptyDraft, RoleAtPlace, ready } from '../assign/RoleAtPlace';
import { useVerb } from '../shared/may';
import { setStatus } from '../user/UserMenu';
import { BulkDialog, type BulkPlan } from './BulkDialog';

interface Given {
  chosen: Set<string>;
  clear: () => void;
  /** Chooses everyone who fits the filter, also those who are not loaded yet. */
  chooseAll: (() => void) | null;
  choosing: number | null;
}

type Asking = 'group' | 'assign' | 'take';

const aboutUser = (command: Command): SubjectRef => {
  if ('subject' in command && typeof command.subject === 'string') return command.subject;
  if ('member' in command) return command.member;
  return 'id' in command ? `user:${command.id}` : '';
};

export function BulkBar({ chosen, clear, chooseAll, choosing }: Given) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const mayEdit = useVerb('edit_users');
  const mayGroup = useVerb('manage_groups');
  const mayAssign = useVerb('assign');
  const mayRevoke = useVerb('revoke');
  const [asking, setAsking] = useState<Asking | null>(null);
  const [plan, setPlan] = useState<BulkPlan | null>(null);
  const ids = [...chosen];
  const count = ids.length;
  const turn = (status: User['status'], action: 'suspend' | 'activate') =>
    setPlan({
      title: t(`bulk.${action}Title`, { count }),
      explain: t(`user.${action}Explain`),
      confirm: t(`user.${action}`),
      dangerous: action === 'suspend',
      commands: ids.map((id) => setStatus(id, status)),
      about: aboutUser,
    });
  const planned = (next: BulkPlan) => {
    setAsking(null);
    setPlan(next);
  };
  return (
    <>
      <Group gap="xs" className="bulk-bar" role="region" aria-label={t('bulk.bar')}>
        <Text size="sm" fw={600} aria-live="polite">
          {common.t('table.chosen', { count })}
        </Text>
        {mayEdit ? (
          <>
            <Act
              icon={IconPlayerPause}
              onClick={() => turn('suspended', 'suspend')}
              said={t('user.suspend')}
            />
            <Act icon={IconPlayerPlay} onClick={() => turn('active', 'activate')} said={t('user.activate')} />
          </>
        ) : null}
        {mayGroup ? (
          <Act icon={IconUsersPlus} onClick={() => setAsking('group')} said={t('bulk.group')} />
        ) : null}
        {mayAssign ? (
          <Act icon={IconUserPlus} onClick={() => setAsking('assign')} said={t('bulk.assign')} />
        ) : null}
        {mayRevoke ? (
          <Act icon={IconUserMinus} onClick={() => setAsking('take')} said={t('bulk.take')} />
        ) : null}
        {chooseAll ? (
          <Button size="compact-sm" variant="subtle" onClick={chooseAll} loading={choosing !== null}>
            {t('bulk.chooseAll')}
          </Button>
        ) : null}
        <Button size="compact-sm" variant="subtle" leftSection={<IconX size={14} />} onClick={clear}>
          {t('bulk.clear')}
        </Button>
      </Group>
      {asking === 'group' ? <ToGroup ids={ids} close={() => setAsking(null)} plan={planned} /> : null}
      {asking === 'assign' ? <GiveRole ids={ids} close={() => setAsking(null)} plan={planned} /> : null}
      {asking === 'take' ? <TakeRole ids={ids} close={() => setAsking(null)} plan={planned} /> : null}
      {plan ? <BulkDialog plan={plan} close={() => setPlan(null)} /> : null}
    </>
  );
}

function Act({ icon: Picture, said, onClick }: { icon: typeof IconX; said: string; onClick: () => void }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<Picture size={15} aria-hidden />}
      onClick={onClick}
    >
      {said}
    </Button>
  );
}

interface AskGiven {
  ids: string[];
  close: () => void;
  plan: (plan: BulkPlan) => void;
}

function Ask({
  title,
  close,
  go,
  children,
}: {
  title: string;
  close: () => void;
  go: (() => void) | null;
  children: React.ReactNode;
}) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  return (
    <Modal opened onClose={close} title={title} size="lg">
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {common.t('cancel')}
          </Button>
          <Button onClick={() => go?.()} disabled={!go}>
            {t('assign.preview')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function ToGroup({ ids, close, plan }: AskGiven) {
  const { t } = useTranslation('people');
  const [group, setGroup] = useState<SubjectRef | null>(null);
  const name = useName(group ?? 'group:');
  const count = ids.length;
  const go = (to: SubjectRef) =>
    plan({
      title: t('bulk.groupTitle', { count, group: name }),
      confirm: t('bulk.group'),
      commands: ids.map((id) => ({ command: 'put_member', id: split(to)[1], member: `user:${id}` })),
      about: aboutUser,
    });
  return (
    <Ask title={t('bulk.groupAsk', { count })} close={close} go={group ? () => go(group) : null}>
      <SubjectPicker kinds={['group']} label={t('inGroups.group')} value={group} onChange={setGroup} />
    </Ask>
  );
}

function GiveRole({ ids, close, plan }: AskGiven) {
  const { t } = useTranslation('people');
  const { byRef } = useRoles();
  const [draft, setDraft] = useState(emptyDraft(useHomePlace()));
  const given = ready(draft);
  const count = ids.length;
  const go =
    given &&
    (() =>
      plan({
        title: t('bulk.assignTitle', {
          count,
          role: byRef.get(given.role)?.title ?? given.role,
          place: split(given.scope)[1],
        }),
        confirm: t('bulk.assign'),
        commands: ids.map((id) => assign(`user:${id}`, given)),
        about: aboutUser,
      }));
  return (
    <Ask title={t('bulk.assignAsk', { count })} close={close} go={go}>
      <RoleAtPlace subject={null} draft={draft} change={setDraft} />
    </Ask>
  );
}

function TakeRole({ ids, close, plan }: AskGiven) {
  const { t } = useTranslation('people');
  const { byRef } = useRoles();
  const [role, setRole] = useState<string | null>(null);
  const [scope, setScope] = useState<string | null>(useHomePlace());
  const count = ids.length;
  const go =
    role && scope
      ? () =>
          plan({
            title: t('bulk.takeTitle', {
              count,
              role: byRef.get(role)?.title ?? role,
              place: split(scope)[1],
            }),
            confirm: t('bulk.take'),
            dangerous: true,
            commands: ids.map((id) => unassign({ subject: `user:${id}`, role, scope })),
            about: aboutUser,
          })
      : null;
  return (
    <Ask title={t('bulk.takeAsk', { count })} close={close} go={go}>
      <RolePicker label={t('assign.role')} value={role} onChange={setRole} required />
      <ResourcePicker label={t('assign.place')} value={scope} onChange={setScope} required />
    </Ask>
  );
}
