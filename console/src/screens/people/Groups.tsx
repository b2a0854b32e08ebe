/** Groups: roles are given to them once, and hold for everyone in them. */
import { Anchor, Button, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import { DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { StateBadge } from '~/parts/Refs';
import { NewGroup } from './group/NewGroup';
import { groupsRoute } from './routes';
import { useVerb } from './shared/may';
import { useTyped } from './shared/useTyped';
import './people.css';

export function Groups() {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { q } = groupsRoute.useSearch();
  const navigate = groupsRoute.useNavigate();
  const list = useList('/v1/orgs/{org}/groups', { query: q ? { q } : {} });
  const [typed, setTyped] = useTyped(
    q ?? '',
    (next) => void navigate({ search: { q: next || undefined }, replace: true }),
  );
  const [making, setMaking] = useState(false);
  const may = useVerb('manage_groups');
  const make = may ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      {t('groups.new')}
    </Button>
  ) : null;
  return (
    <Page full title={common.t('places.groups')} help="groups" lead={t('groups.lead')} actions={make}>
      <TextInput
        aria-label={t('groups.find')}
        placeholder={t('groups.find')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maw={420}
        mb="sm"
      />
      {list.error ? (
        <ProblemNote error={list.error} retry={() => void list.retry()} />
      ) : (
        <DataTable
          label={common.t('places.groups')}
          rows={list.items}
          rowId={(group) => group.id}
          onOpen={(group) => void navigate({ to: '/groups/$id', params: { id: group.id } })}
          more={list.more}
          hasMore={list.hasMore}
          isLoading={list.isLoading}
          columns={[
            {
              id: 'title',
              header: t('groups.title'),
              width: 'minmax(0, 1.6fr)',
              cell: (group) => (
                <Anchor
                  size="sm"
                  fw={550}
                  tabIndex={-1}
                  renderRoot={(props) => <Link to="/groups/$id" params={{ id: group.id }} {...props} />}
                >
                  {group.title ?? group.id}
                </Anchor>
              ),
            },
            { id: 'id', header: t('fields.id'), wideOnly: true, cell: (group) => <code>{group.id}</code> },
            {
              id: 'active',
              header: t('fields.status'),
              width: '130px',
              cell: (group) => <GroupState active={group.active} />,
            },
          ]}
          empty={
            <Empty
              icon={IconUsersGroup}
              title={t(q ? 'groups.nothing.title' : 'groups.empty.title')}
              text={t(q ? 'groups.nothing.text' : 'groups.empty.text')}
              action={q ? null : make}
            />
          }
        />
      )}
      {making ? <NewGroup close={() => setMaking(false)} /> : null}
    </Page>
  );
}

/** A sleeping group gives its members nothing. */
export function GroupState({ active }: { active: boolean }) {
  const { t } = useTranslation('people');
  return (
    <StateBadge color={active ? 'green' : 'gray'}>{t(active ? 'groups.active' : 'groups.asleep')}</StateBadge>
  );
}
