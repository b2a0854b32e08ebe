/** Everything that may be done in a product, and what a screen shows to those who may not. */
import { Group, Text, TextInput } from '@mantine/core';
import { IconListSearch, IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PermissionShown, ProductWhole } from '~/api/types';
import { type Column, DataTable } from '~/parts/DataTable';
import { PresentationChip } from '~/parts/Decision';
import { Empty } from '~/parts/Empty';
import { deniedState } from '~/screens/matrix/words';
import { useTypeNaming } from '~/screens/where/naming';

export function PermissionsPart({ product }: { product: ProductWhole }) {
  const { t } = useTranslation('products');
  const { q } = useSearch({ from: '/signed-in/products/$product' });
  const navigate = useNavigate({ from: '/products/$product' });
  const low = (q ?? '').toLowerCase();
  const rows = product.permissions.filter((one) =>
    `${one.title} ${one.id} ${one.control ?? ''}`.toLowerCase().includes(low),
  );
  const columns = useColumns(product);
  return (
    <>
      <TextInput
        aria-label={t('permissions.search')}
        placeholder={t('permissions.search')}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
        value={q ?? ''}
        onChange={(event) =>
          void navigate({
            search: { show: 'permissions', q: event.currentTarget.value || undefined },
            replace: true,
          })
        }
        maw={360}
        mb="sm"
      />
      <DataTable
        label={t('parts.permissions')}
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        rowHeight={52}
        empty={<Empty icon={IconListSearch} title={t('permissions.none')} text={t('permissions.noneText')} />}
      />
    </>
  );
}

function useColumns(product: ProductWhole): Column<PermissionShown>[] {
  const { t } = useTranslation('products');
  const typeName = useTypeNaming(product);
  const areas = new Map(product.areas.map((area) => [area.id, area.title]));
  const withAreas: Column<PermissionShown>[] = [
    {
      id: 'area',
      header: t('permissions.area'),
      width: 'minmax(100px, 1fr)',
      wideOnly: true,
      cell: (row) => (row.area ? (areas.get(row.area) ?? row.area) : '–'),
    },
  ];
  return [
    {
      id: 'title',
      header: t('permissions.permission'),
      width: 'minmax(180px, 2fr)',
      cell: (row) => (
        <div title={row.description || undefined}>
          {row.title}
          <br />
          <code className="faint">{row.id}</code>
        </div>
      ),
    },
    ...(product.areas.length > 0 ? withAreas : []),
    {
      id: 'on',
      header: t('permissions.on'),
      width: 'minmax(100px, 1fr)',
      wideOnly: true,
      cell: (row) => row.on.map(typeName).join(', '),
    },
    {
      id: 'denied',
      header: t('permissions.denied'),
      width: 'minmax(130px, 1.6fr)',
      cell: (row) => <Denied permission={row} />,
    },
  ];
}

/** What the screen does, and with which control. */
function Denied({ permission }: { permission: PermissionShown }) {
  const { t } = useTranslation('products');
  const state = deniedState(permission.when_denied);
  return (
    <Group gap={8} wrap="nowrap">
      {state ? <PresentationChip state={state} /> : <span className="soft">{t('permissions.unsaid')}</span>}
      {permission.control ? (
        <Text size="xs" className="soft" truncate title={permission.control}>
          {permission.control}
        </Text>
      ) : null}
    </Group>
  );
}
