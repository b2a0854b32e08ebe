/** Whom to invite, and to what: one step, looked at before it is taken. */
import { ActionIcon, Button, Divider, Group, Modal, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import type { RoleGiven } from '~/api/commands';
import { refresh } from '~/api/read';
import type { components } from '~/api/schema';
import type { SubjectRef } from '~/api/types';
import { split } from '~/api/types';
import { useHere } from '~/app/here';
import { SubjectPicker } from '~/parts/Pickers';
import { ProblemNote } from '~/parts/ProblemNote';
import { RoleName, ScopeName, SubjectName } from '~/parts/Refs';
import { useHomePlace } from '../assign/AssignButton';
import { type Draft, emptyDraft, RoleAtPlace, ready } from '../assign/RoleAtPlace';
import { isAddress } from '../shared/ids';
import { useVerb } from '../shared/may';

type Invitation = components['schemas']['Invitation'];
type Invited = components['schemas']['Invited'];

interface Given {
  close: () => void;
  invited: (answer: Invited) => void;
}

export function InviteForm({ close, invited }: Given) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { org } = useHere();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [groups, setGroups] = useState<SubjectRef[]>([]);
  const [roles, setRoles] = useState<RoleGiven[]>([]);
  const mayAssign = useVerb('assign');
  const mayGroup = useVerb('manage_groups');
  const body: Invitation = {
    email: email.trim(),
    name: name.trim() || null,
    groups: groups.map((group) => split(group)[1]),
    assignments: roles.map((role) => ({ ...role, parameters: {} })),
  };
  const good = isAddress(email);
  const [asked] = useDebouncedValue(JSON.stringify(body), 300);
  const before = useQuery({
    queryKey: ['preview', org, 'invitation', asked],
    queryFn: () => invite(org, JSON.parse(asked), true),
    enabled: good && asked === JSON.stringify(body),
    retry: false,
    gcTime: 0,
  });
  const send = useMutation({
    mutationFn: () => invite(org, body, false),
    onSuccess: async (answer) => {
      invited(answer);
      await refresh(queries, org);
    },
  });
  const error = send.error ?? before.error;
  return (
    <Modal opened onClose={close} title={t('invite.title')} size="lg" closeOnClickOutside={false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (before.data) send.mutate();
        }}
      >
        <Stack>
          <Text size="sm">{t('invite.explain')}</Text>
          <Group grow align="flex-start">
            <TextInput
              type="email"
              label={t('fields.email')}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={email !== '' && !good && email.includes(' ') ? t('fields.badEmail') : null}
              required
              data-autofocus
            />
            <TextInput
              label={t('fields.name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </Group>
          {mayAssign ? (
            <RolesGiven
              roles={roles}
              add={(role) => setRoles([...roles, role])}
              remove={(index) => setRoles(roles.filter((_, at) => at !== index))}
            />
          ) : null}
          {mayGroup ? <GroupsJoined groups={groups} set={setGroups} /> : null}
          <Divider label={t('invite.preview')} labelPosition="left" />
          {!good ? (
            <Text size="sm" c="dimmed">
              {t('invite.needEmail')}
            </Text>
          ) : null}
          {good && before.data ? <Plan plan={before.data.plan} /> : null}
          {good && error ? <ProblemNote error={error} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {common.t('cancel')}
            </Button>
            <Button type="submit" disabled={!good || !before.data} loading={send.isPending}>
              {t('invite.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const invite = (org: string, body: Invitation, dryRun: boolean): Promise<Invited> =>
  must(
    client.POST('/v1/orgs/{org}/invitations', {
      params: { path: { org }, query: { dry_run: dryRun } },
      body,
    }),
  );

function Plan({ plan }: { plan: string[] }) {
  return (
    <ul className="plan" aria-live="polite">
      {plan.map((line) => (
        <li key={line} data-sign={line.slice(0, 1)}>
          <span aria-hidden className="sign">
            {line.slice(0, 1)}
          </span>
          {line.slice(2)}
        </li>
      ))}
    </ul>
  );
}

interface RolesProps {
  roles: RoleGiven[];
  add: (role: RoleGiven) => void;
  remove: (index: number) => void;
}

function RolesGiven({ roles, add, remove }: RolesProps) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const home = useHomePlace();
  const [draft, setDraft] = useState<Draft | null>(null);
  const given = draft && ready(draft);
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500} id="invite-roles">
        {t('invite.roles')}
      </Text>
      <ul className="given" aria-labelledby="invite-roles">
        {roles.map((one, index) => (
          <li key={one.role + one.scope}>
            <RoleName role={one.role} />
            <ScopeName scope={one.scope} />
            <ActionIcon
              size="sm"
              aria-label={t('invite.removeRole', { role: one.role })}
              onClick={() => remove(index)}
            >
              <IconX size={14} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {draft ? (
        <Paper withBorder p="sm" radius="md">
          <RoleAtPlace subject={null} draft={draft} change={setDraft} />
          <Group justify="flex-end" mt="sm">
            <Button size="compact-sm" variant="default" onClick={() => setDraft(null)}>
              {common.t('cancel')}
            </Button>
            <Button
              size="compact-sm"
              disabled={!given}
              onClick={() => {
                if (given) add(given);
                setDraft(null);
              }}
            >
              {t('invite.addThis')}
            </Button>
          </Group>
        </Paper>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => setDraft(emptyDraft(home))}
        >
          {t('invite.addRole')}
        </Button>
      )}
    </Stack>
  );
}

function GroupsJoined({ groups, set }: { groups: SubjectRef[]; set: (groups: SubjectRef[]) => void }) {
  const { t } = useTranslation('people');
  return (
    <Stack gap={6}>
      <SubjectPicker
        kinds={['group']}
        label={t('invite.groups')}
        value={null}
        onChange={(group) => {
          if (group && !groups.includes(group)) set([...groups, group]);
        }}
      />
      {groups.length > 0 ? (
        <ul className="given" aria-label={t('invite.groups')}>
          {groups.map((group) => (
            <li key={group}>
              <SubjectName subject={group} />
              <ActionIcon
                size="sm"
                aria-label={t('invite.removeGroup', { group: split(group)[1] })}
                onClick={() => set(groups.filter((one) => one !== group))}
              >
                <IconX size={14} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      ) : null}
    </Stack>
  );
}
