/** Who is in a group: those put there, or everyone whom its roles reach through groups within it. */
import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconUserMinus, IconUserPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useName } from '~/api/names';
import { useList } from '~/api/read';
import type { SubjectRef } from '~/api/types';
import { split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { SubjectPicker } from '~/parts/Pickers';
import { ProblemNote } from '~/parts/ProblemNote';
import { SubjectLink, subjectIcon } from '~/parts/Refs';
import { useVerb } from '../shared/may';
import { StatusBadge } from '../shared/StatusBadge';

export function Members({ group }: { group: string }) {
  const { t } = useTranslation('people');
  const [all, setAll] = useState(false);
  return (
    <Stack gap="sm" className="members">
      <Group justify="space-between" align="flex-end">
        <SegmentedControl
          aria-label={t('members.which')}
          value={all ? 'all' : 'direct'}
          onChange={(which) => setAll(which === 'all')}
          data={[
            { value: 'direct', label: t('members.direct') },
            { value: 'all', label: t('members.all') },
          ]}
        />
        <AddMember group={group} />
      </Group>
      {all ? <Everyone group={group} /> : <Direct group={group} />}
    </Stack>
  );
}

function AddMember({ group }: { group: string }) {
  const { t } = useTranslation('people');
  const { change } = useChange();
  const [member, setMember] = useState<SubjectRef | null>(null);
  const name = useName(member ?? 'user:');
  const title = useName(`group:${group}`);
  if (!useVerb('manage_groups')) return null;
  const add = () => {
    if (!member) return;
    change({
      title: t('inGroups.joinTitle', { name, group: title }),
      commands: [{ command: 'put_member', id: group, member }],
      confirm: t('members.add'),
      onDone: () => setMember(null),
    });
  };
  return (
    <Group align="flex-end" gap="xs">
      <SubjectPicker
        kinds={['user', 'group', 'api_key']}
        label={t('members.pick')}
        value={member}
        onChange={setMember}
      />
      <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={add} disabled={!member}>
        {t('members.add')}
      </Button>
    </Group>
  );
}

function Direct({ group }: { group: string }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const list = useList('/v1/orgs/{org}/groups/{id}/members', { path: { id: group } });
  const [chosen, setChosen] = useState(() => new Set<string>());
  const { change } = useChange();
  const title = useName(`group:${group}`);
  const may = useVerb('manage_groups');
  const remove = () =>
    change({
      title: t('members.removeTitle', { count: chosen.size, group: title }),
      commands: [...chosen].map((member) => ({ command: 'delete_member', id: group, member })),
      confirm: t('members.remove'),
      dangerous: true,
      onDone: () => setChosen(new Set()),
    });
  if (list.error) return <ProblemNote error={list.error} retry={() => void list.retry()} />;
  return (
    <>
      {chosen.size > 0 ? (
        <Group gap="xs" className="bulk-bar" role="region" aria-label={t('bulk.bar')}>
          <span>{common.t('table.chosen', { count: chosen.size })}</span>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconUserMinus size={15} aria-hidden />}
            onClick={remove}
          >
            {t('members.remove')}
          </Button>
        </Group>
      ) : null}
      <DataTable
        label={t('tabs.members')}
        rows={list.items}
        rowId={(member) => member}
        rowLabel={(member) => split(member)[1]}
        {...(may ? { chosen, onChoose: setChosen } : {})}
        more={list.more}
        hasMore={list.hasMore}
        isLoading={list.isLoading}
        columns={[
          { id: 'name', header: t('fields.name'), cell: (member) => <SubjectLink subject={member} /> },
          {
            id: 'kind',
            header: t('members.kind'),
            width: '140px',
            cell: (member) => <Kind subject={member} />,
          },
          {
            id: 'id',
            header: t('fields.id'),
            wideOnly: true,
            cell: (member) => <code>{split(member)[1]}</code>,
          },
        ]}
        empty={
          <Empty
            icon={subjectIcon('group:')}
            title={t('members.empty.title')}
            text={t('members.empty.text')}
          />
        }
      />
    </>
  );
}

function Kind({ subject }: { subject: SubjectRef }) {
  const common = useTranslation();
  const [kind] = split(subject);
  if (kind === 'group' || kind === 'api_key') return <>{common.t(`subjects.${kind}`)}</>;
  return <>{common.t('subjects.user')}</>;
}

function Everyone({ group }: { group: string }) {
  const { t } = useTranslation('people');
  const navigate = useNavigate();
  const list = useList('/v1/orgs/{org}/users', { query: { group: `group:${group}` } });
  if (list.error) return <ProblemNote error={list.error} retry={() => void list.retry()} />;
  return (
    <DataTable
      label={t('members.all')}
      rows={list.items}
      rowId={(user) => user.id}
      onOpen={(user) => void navigate({ to: '/people/$id', params: { id: user.id } })}
      more={list.more}
      hasMore={list.hasMore}
      isLoading={list.isLoading}
      columns={[
        {
          id: 'name',
          header: t('fields.name'),
          cell: (user) => <SubjectLink subject={`user:${user.id}`} />,
        },
        {
          id: 'email',
          header: t('fields.email'),
          wideOnly: true,
          cell: (user) => user.email ?? '–',
        },
        {
          id: 'status',
          header: t('fields.status'),
          width: '130px',
          cell: (user) => <StatusBadge status={user.status} />,
        },
      ]}
      empty={
        <Empty icon={subjectIcon('group:')} title={t('members.empty.title')} text={t('members.empty.text')} />
      }
    />
  );
}
