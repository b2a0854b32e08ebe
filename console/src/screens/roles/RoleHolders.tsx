/** Who holds a role, by which way, where, and whether it gives anything at the moment. */
import { Anchor, Button, Text, Tooltip } from '@mantine/core';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import type { RoleWhole } from '~/api/types';
import { type Column, DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { ProblemNote } from '~/parts/ProblemNote';
import { RoleName, ScopeLink, StateBadge, SubjectLink, SubjectName } from '~/parts/Refs';
import type { AuthorizedUser } from './types';

type Row = { subject: string; way: AuthorizedUser['ways'][number]; at: number };

export function RoleHolders({ role }: { role: RoleWhole }) {
  const { t } = useTranslation('roles');
  const list = useList(
    '/v1/orgs/{org}/review/authorized-users',
    { query: { role: role.id } },
    { enabled: !role.baseline },
  );
  const columns = useHolderColumns(role);
  if (role.baseline)
    return <Empty icon={IconUsers} title={t('holders.baseline')} text={t('holders.baselineText')} />;
  if (list.error) return <ProblemNote error={list.error} retry={() => void list.retry()} />;
  const rows = list.items.flatMap(({ subject, ways }) => ways.map((way, at) => ({ subject, way, at })));
  return (
    <>
      {rows.length > 0 ? (
        <Text size="sm" className="soft" mb="xs">
          {t('holders.lead')}{' '}
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => <Link to="/people" search={{ role: role.id }} {...props} />}
          >
            {t('holders.asPeople')}
          </Anchor>
        </Text>
      ) : null}
      <div
        className="holders"
        style={{
          height: list.hasMore ? 560 : rows.length === 0 ? undefined : Math.min(560, 44 + 46 * rows.length),
        }}
      >
        <DataTable
          label={t('role.holders')}
          columns={columns}
          rows={rows}
          rowId={(row) => `${row.subject} ${row.way.path.scope} ${row.at}`}
          more={list.more}
          hasMore={list.hasMore}
          isLoading={list.isLoading}
          empty={
            <Empty
              icon={IconUserPlus}
              title={t('holders.none')}
              text={t('holders.noneText')}
              action={
                <Button variant="default" renderRoot={(props) => <Link to="/people" {...props} />}>
                  {t('holders.toPeople')}
                </Button>
              }
            />
          }
        />
      </div>
    </>
  );
}

function useHolderColumns(role: RoleWhole): Column<Row>[] {
  const { t } = useTranslation('roles');
  return [
    { id: 'who', header: t('holders.who'), cell: (row) => <SubjectLink subject={row.subject} /> },
    {
      id: 'how',
      header: t('holders.how'),
      cell: ({ way }) => <How path={way.path} role={role.id} />,
    },
    { id: 'where', header: t('holders.where'), cell: ({ way }) => <ScopeLink scope={way.path.scope} /> },
    {
      id: 'state',
      header: t('holders.state'),
      width: '130px',
      cell: ({ way }) => {
        const badge = (
          <StateBadge color={way.state === 'active' ? 'green' : way.state === 'dormant' ? 'yellow' : 'gray'}>
            {t(`states.${way.state}`)}
          </StateBadge>
        );
        return way.detail ? <Tooltip label={way.detail}>{badge}</Tooltip> : badge;
      },
    },
  ];
}

/** The groups on the way, and the role that includes this one. */
function How({ path, role }: { path: AuthorizedUser['ways'][number]['path']; role: string }) {
  const { t } = useTranslation('roles');
  const groups = path.subjects.slice(1);
  const held = path.roles[0];
  if (groups.length === 0 && (!held || held === role)) return <>{t('holders.direct')}</>;
  return (
    <span className="how">
      {groups.map((group) => (
        <SubjectName key={group} subject={group} />
      ))}
      {held && held !== role ? <RoleName role={held} /> : null}
    </span>
  );
}
