/** Everybody whom one may see: found, filtered, chosen, and changed many at a time. */
import { Anchor, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconMailForward, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import { useList } from '~/api/read';
import type { User } from '~/api/types';
import { useHere } from '~/app/here';
import { type Column, DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { problemText } from '~/parts/problemText';
import { type UsersSearch, usersRoute } from './routes';
import { useVerb } from './shared/may';
import { StatusBadge } from './shared/StatusBadge';
import { AddUser } from './users/AddUser';
import { BulkBar } from './users/BulkBar';
import { download, usersCsv } from './users/csv';
import { Filters } from './users/Filters';
import { everyone, type UsersQuery } from './users/walk';
import './people.css';

export function Users() {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const search = usersRoute.useSearch();
  const navigate = usersRoute.useNavigate();
  const query = useMemo(() => queryOf(search), [search]);
  const list = useList('/v1/orgs/{org}/users', { query });
  const [chosen, setChosen] = useState(() => new Set<string>());
  const [adding, setAdding] = useState(false);
  const mayAdd = useVerb('create_users');
  const mayInvite = useVerb('invite');
  const mayEdit = useVerb('edit_users');
  const mayAssign = useVerb('assign');
  const mayChoose = mayEdit || mayAssign;
  const walk = useWalk(query);
  const set = (part: Partial<UsersSearch>) => {
    setChosen(new Set());
    void navigate({ search: (before) => ({ ...before, ...part }), replace: 'q' in part });
  };
  const copy = async () => {
    const users = await walk.go();
    if (users) download('people.csv', usersCsv(users), 'text/csv;charset=utf-8');
  };
  const chooseAll = async () => {
    const users = await walk.go();
    if (users) setChosen(new Set(users.map((user) => user.id)));
  };
  return (
    <Page
      full
      title={common.t('places.people')}
      help="people"
      lead={t('users.lead')}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => void copy()}
            loading={walk.running !== null}
          >
            {t('users.csv')}
          </Button>
          {mayAdd ? (
            <Button
              variant="default"
              leftSection={<IconUserPlus size={16} aria-hidden />}
              onClick={() => setAdding(true)}
            >
              {t('add.open')}
            </Button>
          ) : null}
          {mayInvite ? <InviteButton /> : null}
        </>
      }
    >
      <Filters search={search} set={set} />
      {chosen.size > 0 ? (
        <BulkBar
          chosen={chosen}
          clear={() => setChosen(new Set())}
          chooseAll={list.hasMore ? () => void chooseAll() : null}
          choosing={walk.running}
        />
      ) : null}
      {list.error ? (
        <ProblemNote error={list.error} retry={() => void list.retry()} />
      ) : (
        <DataTable
          label={common.t('places.people')}
          columns={useColumns()}
          rows={list.items}
          rowId={(user) => user.id}
          rowLabel={(user) => user.name ?? user.id}
          onOpen={(user) => void navigate({ to: '/people/$id', params: { id: user.id } })}
          {...(mayChoose ? { chosen, onChoose: setChosen } : {})}
          more={list.more}
          hasMore={list.hasMore}
          isLoading={list.isLoading}
          empty={
            <Empty
              icon={IconUsers}
              title={t(filtered(search) ? 'users.nobody.title' : 'users.empty.title')}
              text={t(filtered(search) ? 'users.nobody.text' : 'users.empty.text')}
              action={
                filtered(search) ? (
                  <Button
                    variant="default"
                    renderRoot={(props) => <Link to="/people" search={{}} {...props} />}
                  >
                    {t('users.nobody.clear')}
                  </Button>
                ) : mayInvite ? (
                  <InviteButton />
                ) : null
              }
            />
          }
        />
      )}
      {adding ? <AddUser close={() => setAdding(false)} /> : null}
    </Page>
  );
}

function InviteButton() {
  const { t } = useTranslation('people');
  return (
    <Button
      leftSection={<IconMailForward size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/invitations" search={{ invite: true }} {...props} />}
    >
      {t('invitations.invite')}
    </Button>
  );
}

const filtered = (search: UsersSearch) =>
  Boolean(
    search.q ||
      search.status ||
      search.product ||
      search.role ||
      search.scope ||
      search.group ||
      search.without_roles,
  );

function queryOf(search: UsersSearch): UsersQuery {
  const { q, status, product, role, scope, group, without_roles } = search;
  return {
    ...(q ? { q } : {}),
    ...(status ? { status } : {}),
    ...(product ? { product } : {}),
    ...(role ? { role } : {}),
    ...(scope ? { scope } : {}),
    ...(group ? { group } : {}),
    ...(without_roles ? { without_roles } : {}),
  };
}

/** Reads all who fit, however many; what goes wrong is said. */
function useWalk(query: UsersQuery) {
  const { org, asOf } = useHere();
  const [running, setRunning] = useState<number | null>(null);
  const go = async () => {
    setRunning(0);
    try {
      return await everyone(org, asOf, query, setRunning);
    } catch (error) {
      const { title, detail } = problemText(asProblem(error));
      notifications.show({ color: 'red', title, message: detail });
      return null;
    } finally {
      setRunning(null);
    }
  };
  return { go, running };
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation('people');
  return [
    {
      id: 'name',
      header: t('fields.name'),
      width: 'minmax(0, 1.3fr)',
      cell: (user) => (
        <Anchor
          size="sm"
          fw={550}
          tabIndex={-1}
          renderRoot={(props) => <Link to="/people/$id" params={{ id: user.id }} {...props} />}
        >
          {user.name ?? user.id}
        </Anchor>
      ),
    },
    {
      id: 'email',
      header: t('fields.email'),
      width: 'minmax(0, 1.6fr)',
      wideOnly: true,
      cell: (user) => user.email ?? <span className="soft">–</span>,
    },
    {
      id: 'id',
      header: t('fields.id'),
      wideOnly: true,
      cell: (user) => <code>{user.id}</code>,
    },
    {
      id: 'status',
      header: t('fields.status'),
      width: '130px',
      cell: (user) => <StatusBadge status={user.status} />,
    },
  ];
}
