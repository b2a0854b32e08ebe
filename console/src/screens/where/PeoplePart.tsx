/** Who has what here, and where it comes from. */
import {
  ActionIcon,
  Badge,
  Button,
  Group,
  SegmentedControl,
  Text,
  Tooltip,
  VisuallyHidden,
} from '@mantine/core';
import { IconCornerLeftUp, IconUserMinus, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { unassign } from '~/api/commands';
import { useRoles } from '~/api/names';
import { type AssignmentShown, split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { type Column, DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { RoleLink, ScopeLink, StateBadge, SubjectLink } from '~/parts/Refs';
import { When } from '~/parts/When';
import { AssignDialog } from './AssignDialog';
import { Members } from './Members';
import { mayAt, useMayAt } from './may';
import type { Whole } from './types';

type Which = 'all' | 'here' | 'above';

export function PeoplePart({ node }: { node: Whole }) {
  const { t } = useTranslation('where');
  const [which, setWhich] = useState<Which>('all');
  const [giving, setGiving] = useState(false);
  const may = useMayAt(node);
  const columns = useColumns(node);
  const here = node.assignments.filter((one) => one.scope === node.id);
  const above = node.assignments.filter((one) => one.scope !== node.id);
  const rows = which === 'here' ? here : which === 'above' ? above : node.assignments;
  if (node.seen !== 'people')
    return (
      <Text size="sm" c="dimmed">
        {t('people.unseen')}
      </Text>
    );
  const give = may('assign') ? (
    <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setGiving(true)}>
      {t('assign.open')}
    </Button>
  ) : null;
  return (
    <>
      <Group justify="space-between" gap="xs" mb="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('people.which')}
          value={which}
          onChange={(value) => setWhich(value === 'here' || value === 'above' ? value : 'all')}
          data={[
            { value: 'all', label: t('people.all', { count: node.assignments.length }) },
            { value: 'here', label: t('people.here', { count: here.length }) },
            { value: 'above', label: t('people.above', { count: above.length }) },
          ]}
        />
        {rows.length > 0 ? give : null}
      </Group>
      <DataTable
        label={t('people.tab')}
        columns={columns}
        rows={rows}
        rowId={(row) => `${row.subject} ${row.role} ${row.scope}`}
        empty={
          <Empty
            icon={IconUsers}
            title={t(which === 'here' ? 'people.emptyHere' : 'people.empty')}
            text={t('people.emptyText')}
            action={give}
          />
        }
      />
      {giving ? <AssignDialog node={node} close={() => setGiving(false)} /> : null}
    </>
  );
}

function useColumns(node: Whole): Column<AssignmentShown>[] {
  const { t } = useTranslation('where');
  return [
    {
      id: 'who',
      header: t('people.who'),
      width: 'minmax(150px, 1.3fr)',
      cell: (row) => (
        <Group gap={6} wrap="nowrap">
          <SubjectLink subject={row.subject} />
          {row.subject.startsWith('group:') ? <Members group={split(row.subject)[1]} /> : null}
        </Group>
      ),
    },
    {
      id: 'role',
      header: t('people.role'),
      width: 'minmax(130px, 1.2fr)',
      cell: (row) => <RoleLink role={row.role} />,
    },
    {
      id: 'from',
      header: t('people.from'),
      width: 'minmax(110px, 1fr)',
      cell: (row) => <From scope={row.scope} here={row.scope === node.id} />,
    },
    {
      id: 'state',
      header: t('people.state'),
      width: 'minmax(120px, 1fr)',
      wideOnly: true,
      cell: (row) => <HeldState held={row} />,
    },
    {
      id: 'take',
      header: <VisuallyHidden>{t('people.take')}</VisuallyHidden>,
      width: '34px',
      cell: (row) => <Take held={row} node={node} />,
    },
  ];
}

/** Given here, or at something above. */
function From({ scope, here }: { scope: string; here: boolean }) {
  const { t } = useTranslation('where');
  if (here) return <Badge color="blue.9">{t('people.fromHere')}</Badge>;
  return (
    <Tooltip label={t('people.fromAbove', { scope })}>
      <span className="ref">
        <IconCornerLeftUp size={14} className="soft" aria-label={t('people.inherited')} />
        <ScopeLink scope={scope} />
      </span>
    </Tooltip>
  );
}

/** In force, or not and why; and until when. */
function HeldState({ held }: { held: AssignmentShown }) {
  const { t } = useTranslation('where');
  return (
    <Group gap={6} wrap="nowrap">
      {held.state === 'active' ? null : (
        <Tooltip label={held.detail ?? held.reason ?? t(`people.states.${held.state}`)}>
          <span>
            <StateBadge color={held.state === 'dormant' ? 'yellow' : 'gray'}>
              {t(`people.states.${held.state}`)}
            </StateBadge>
          </span>
        </Tooltip>
      )}
      {held.state !== 'active' && (held.detail ?? held.reason) ? (
        <Text size="xs" className="soft" truncate>
          {held.detail ?? held.reason}
        </Text>
      ) : null}
      {held.expires ? (
        <Text size="xs">
          {t('people.until')} <When at={held.expires} />
        </Text>
      ) : held.state === 'active' ? (
        <Text size="xs" className="soft">
          {t('people.forGood')}
        </Text>
      ) : null}
    </Group>
  );
}

/** Takes a role away, where it was given. */
function Take({ held, node }: { held: AssignmentShown; node: Whole }) {
  const { t } = useTranslation('where');
  const { me, asOf } = useHere();
  const { change } = useChange();
  const { byRef } = useRoles();
  const from = node.ancestors.indexOf(held.scope);
  const placed = {
    id: held.scope,
    ancestors: held.scope === node.id ? node.ancestors : node.ancestors.slice(from + 1),
  };
  const mine = me.administers.some((one) => one.assignable.includes(held.role));
  if (asOf || !mine || !mayAt(me, placed, 'revoke')) return null;
  const role = byRef.get(held.role)?.title ?? held.role;
  const title = t('people.takeTitle', { role, who: split(held.subject)[1], where: split(held.scope)[1] });
  return (
    <Tooltip label={t('people.take')}>
      <ActionIcon
        aria-label={title}
        onClick={() =>
          change({
            title,
            confirm: t('people.take'),
            dangerous: true,
            commands: [unassign(held)],
          })
        }
      >
        <IconUserMinus size={16} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
