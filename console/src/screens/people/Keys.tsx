/** Keys with which programs come in. */
import { Anchor, Button, TextInput } from '@mantine/core';
import { IconKey, IconPlus, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import type { ApiKeyShown } from '~/api/types';
import { type Column, DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { SubjectLink } from '~/parts/Refs';
import { Day, When } from '~/parts/When';
import { KeyKind, KeyState } from './key/KeyState';
import { NewKey } from './key/NewKey';
import { keysRoute } from './routes';
import { useVerb } from './shared/may';
import { useTyped } from './shared/useTyped';
import './people.css';

export function Keys() {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { q } = keysRoute.useSearch();
  const navigate = keysRoute.useNavigate();
  const list = useList('/v1/orgs/{org}/api-keys', { query: q ? { q } : {} });
  const [typed, setTyped] = useTyped(
    q ?? '',
    (next) => void navigate({ search: { q: next || undefined }, replace: true }),
  );
  const [making, setMaking] = useState(false);
  const columns = useColumns();
  const make = useVerb('manage_keys') ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      {t('keys.new')}
    </Button>
  ) : null;
  return (
    <Page full title={common.t('places.keys')} help="api-keys" lead={t('keys.lead')} actions={make}>
      <TextInput
        aria-label={t('keys.find')}
        placeholder={t('keys.find')}
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
          label={common.t('places.keys')}
          columns={columns}
          rows={list.items}
          rowId={(key) => key.id}
          onOpen={(key) => void navigate({ to: '/keys/$id', params: { id: key.id } })}
          more={list.more}
          hasMore={list.hasMore}
          isLoading={list.isLoading}
          empty={
            <Empty
              icon={IconKey}
              title={t(q ? 'keys.nothing.title' : 'keys.empty.title')}
              text={t(q ? 'keys.nothing.text' : 'keys.empty.text')}
              action={q ? null : make}
            />
          }
        />
      )}
      {making ? <NewKey close={() => setMaking(false)} /> : null}
    </Page>
  );
}

function useColumns(): Column<ApiKeyShown>[] {
  const { t } = useTranslation('people');
  return [
    {
      id: 'title',
      header: t('keys.title'),
      width: 'minmax(0, 1.6fr)',
      cell: (key) => (
        <Anchor
          size="sm"
          fw={550}
          tabIndex={-1}
          renderRoot={(props) => <Link to="/keys/$id" params={{ id: key.id }} {...props} />}
        >
          {key.title ?? key.id}
        </Anchor>
      ),
    },
    { id: 'kind', header: t('keys.kind'), width: '110px', cell: (key) => <KeyKind kind={key.kind} /> },
    {
      id: 'prefix',
      header: t('keys.prefix'),
      wideOnly: true,
      cell: (key) => (key.prefix ? <code>{key.prefix}…</code> : '–'),
    },
    {
      id: 'used',
      header: t('keys.used'),
      wideOnly: true,
      width: '130px',
      cell: (key) => (key.last_used_at ? <When at={key.last_used_at} /> : t('keys.never')),
    },
    {
      id: 'expires',
      header: t('keys.expires'),
      wideOnly: true,
      width: '120px',
      cell: (key) => (key.expires ? <Day at={key.expires} /> : t('keys.noEnd')),
    },
    {
      id: 'by',
      header: t('keys.byShort'),
      wideOnly: true,
      cell: (key) => (key.issued_by ? <SubjectLink subject={key.issued_by} /> : t('keys.nobody')),
    },
    {
      id: 'state',
      header: t('fields.status'),
      width: '110px',
      cell: (key) => <KeyState item={key} />,
    },
  ];
}
