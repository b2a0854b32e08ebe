/** All roles, system and custom: which product, what kind, what they give, who may hold them. */
import { Button, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconArrowsDiff, IconPlus, IconSearch, IconUserShield } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Asked, useList, useRead } from '~/api/read';
import { type RoleShown, split, splitRole } from '~/api/types';
import { type Column, DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { usePower } from './power';
import { RoleMenu } from './RoleMenu';
import type { RolesSearch } from './routes';
import { RoleType, useAssignable } from './words';
import './roles.css';

export function Roles() {
  const { t } = useTranslation('roles');
  const search = useSearch({ from: '/signed-in/roles' });
  const navigate = useNavigate({ from: '/roles' });
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const power = usePower();
  const list = useList('/v1/orgs/{org}/roles', { query: asked(search) });
  const rows = search.type === 'overlaid' ? list.items.filter((role) => role.overlaid) : list.items;
  const columns = useColumns();
  const filtered = Object.values({ ...search, as_of: undefined }).some(Boolean);
  return (
    <Page
      full
      title={t('list.title')}
      lead={t('list.lead')}
      help="roles"
      actions={
        <>
          <Compare chosen={[...chosen]} />
          {power.somewhere('create_roles') ? (
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/roles/new" search={{ product: search.product }} {...props} />}
            >
              {t('list.create')}
            </Button>
          ) : null}
        </>
      }
    >
      <Filters />
      {list.error ? (
        <ProblemNote error={list.error} retry={() => void list.retry()} />
      ) : (
        <DataTable
          label={t('list.title')}
          columns={columns}
          rows={rows}
          rowId={(role) => role.id}
          rowLabel={(role) => role.title}
          rowHeight={54}
          onOpen={({ id }) => {
            const [product, role] = splitRole(id);
            void navigate({ to: '/roles/$product/$role', params: { product, role } });
          }}
          chosen={chosen}
          onChoose={setChosen}
          more={list.more}
          hasMore={list.hasMore}
          isLoading={list.isLoading}
          empty={
            <Empty
              icon={IconUserShield}
              title={filtered ? t('list.nothing') : t('list.none')}
              text={filtered ? t('list.nothingText') : t('list.noneText')}
              action={
                filtered ? (
                  <Button variant="default" renderRoot={(props) => <Link to="/roles" {...props} />}>
                    {t('list.clear')}
                  </Button>
                ) : null
              }
            />
          }
        />
      )}
    </Page>
  );
}

function asked({
  q,
  product,
  type,
  instance,
}: RolesSearch): NonNullable<Asked<'/v1/orgs/{org}/roles'>['query']> {
  const kind = type === 'overlaid' ? 'system' : type;
  return {
    ...(q ? { q } : {}),
    ...(product ? { product } : {}),
    ...(kind === 'system' || kind === 'custom' ? { type: kind } : {}),
    ...(instance ? { instance } : {}),
  };
}

function Compare({ chosen }: { chosen: string[] }) {
  const { t } = useTranslation('roles');
  const [first, second] = chosen;
  if (chosen.length === 2)
    return (
      <Button
        variant="light"
        leftSection={<IconArrowsDiff size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/roles/compare" search={{ first, second }} {...props} />}
      >
        {t('list.compare')}
      </Button>
    );
  return (
    <Tooltip label={t('list.compareHint')}>
      <Button
        variant="default"
        leftSection={<IconArrowsDiff size={16} aria-hidden />}
        data-disabled
        aria-disabled
      >
        {t('list.compare')}
      </Button>
    </Tooltip>
  );
}

function useColumns(): Column<RoleShown>[] {
  const { t } = useTranslation('roles');
  const assignable = useAssignable();
  const products = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const productTitle = (id: string) => products.data?.items.find((one) => one.id === id)?.title ?? id;
  return [
    {
      id: 'title',
      header: t('columns.title'),
      width: 'minmax(0, 2fr)',
      cell: (role) => (
        <Stack gap={0} title={role.description ?? undefined}>
          <Text size="sm" fw={600} truncate>
            {role.title}
          </Text>
          <Text size="xs" className="faint" truncate component="code">
            {splitRole(role.id)[1]}
          </Text>
        </Stack>
      ),
    },
    {
      id: 'product',
      header: t('columns.product'),
      width: 'minmax(0, 1.6fr)',
      wideOnly: true,
      cell: (role) => productTitle(role.product),
    },
    { id: 'type', header: t('columns.type'), width: '132px', cell: (role) => <RoleType role={role} /> },
    {
      id: 'level',
      header: t('columns.level'),
      width: '56px',
      wideOnly: true,
      cell: (role) => <span className="number">{role.level ?? '–'}</span>,
    },
    {
      id: 'permissions',
      header: t('columns.permissions'),
      width: '92px',
      wideOnly: true,
      cell: (role) => <span className="number">{role.permissions}</span>,
    },
    {
      id: 'assignable',
      header: t('columns.assignable'),
      width: 'minmax(0, 1.2fr)',
      wideOnly: true,
      cell: (role) => <span title={assignable(role)}>{assignable(role)}</span>,
    },
    {
      id: 'seats',
      header: t('columns.seats'),
      width: '92px',
      wideOnly: true,
      cell: (role) => role.seat_pool ?? '–',
    },
    {
      id: 'menu',
      header: <span className="visually-hidden">{t('columns.menu')}</span>,
      width: '34px',
      cell: (role) => <RoleMenu role={role} />,
    },
  ];
}

function Filters() {
  const { t } = useTranslation('roles');
  const search = useSearch({ from: '/signed-in/roles' });
  const navigate = useNavigate({ from: '/roles' });
  const [typed, setTyped] = useState(search.q ?? '');
  const set = (part: Partial<RolesSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const seek = useDebouncedCallback((q: string) => set({ q: q || undefined }), 200);
  const products = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const instances = useRead('/v1/orgs/{org}/resources', {
    query: {
      type: 'instance',
      limit: 1000,
      ...(search.product ? { parent: `product:${search.product}`, depth: 1 } : {}),
    },
  });
  return (
    <Group gap="sm" mb="sm" align="flex-end" className="filters">
      <TextInput
        label={t('filters.q')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          seek(event.currentTarget.value);
        }}
        className="grow"
      />
      <Select
        label={t('filters.product')}
        placeholder={t('filters.any')}
        clearable
        searchable
        data={(products.data?.items ?? []).map((one) => ({ value: one.id, label: one.title }))}
        value={search.product ?? null}
        onChange={(product) => set({ product: product ?? undefined, instance: undefined })}
      />
      <Select
        label={t('filters.type')}
        placeholder={t('filters.any')}
        clearable
        data={(['system', 'custom', 'overlaid'] as const).map((value) => ({
          value,
          label: t(`types3.${value}`),
        }))}
        value={search.type ?? null}
        onChange={(type) => set({ type: type ?? undefined })}
        w={170}
      />
      <Select
        label={t('filters.instance')}
        placeholder={t('filters.any')}
        clearable
        searchable
        data={(instances.data?.items ?? []).map((one) => ({ value: one.id, label: split(one.id)[1] }))}
        value={search.instance ?? null}
        onChange={(instance) => set({ instance: instance ?? undefined })}
        w={180}
      />
    </Group>
  );
}
