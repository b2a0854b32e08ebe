/** Which table, and how much of it is shown. All of it stands in the address. */
import { Button, Group, Select, Switch, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { ResourcePicker } from '~/parts/Pickers';
import type { Area, Role } from './model';
import { RolesChoice } from './RolesChoice';
import type { MatrixSearch } from './routes';

interface Given {
  productId: string | undefined;
  areas: Area[];
  /** All that could have a column. */
  roles: Role[];
  chosen: string[] | undefined;
}

export function Toolbar({ productId, areas, roles, chosen }: Given) {
  const { t } = useTranslation('matrix');
  const search = useSearch({ from: '/signed-in/matrix' });
  const navigate = useNavigate({ from: '/matrix' });
  const { data } = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const set = (part: Partial<MatrixSearch>, replace = true) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace });
  const narrowed =
    search.q || search.differences || search.roles || search.area || search.scope || search.before;
  return (
    <Group gap="sm" align="flex-end" mb="xs" className="matrix-tools">
      <Select
        label={t('tools.product')}
        data={(data?.items ?? []).map((one) => ({ value: one.id, label: one.title }))}
        value={productId ?? null}
        onChange={(value) =>
          value && set({ product: value, scope: undefined, area: undefined, roles: undefined }, false)
        }
        allowDeselect={false}
        searchable
        size="xs"
        w={190}
      />
      <div className="matrix-place">
        <ResourcePicker
          label={t('tools.scope')}
          placeholder={t('tools.anywhere')}
          value={search.scope ?? null}
          onChange={(value) => set({ scope: value ?? undefined })}
          product={productId}
          size="xs"
        />
      </div>
      {areas.length > 0 ? (
        <Select
          label={t('tools.area')}
          data={areas.map((area) => ({ value: area.id, label: area.title }))}
          value={search.area ?? null}
          onChange={(value) => set({ area: value ?? undefined })}
          placeholder={t('tools.everyArea')}
          clearable
          clearButtonProps={{ 'aria-label': t('tools.everyArea') }}
          size="xs"
          w={150}
        />
      ) : null}
      <TextInput
        label={t('tools.q')}
        placeholder={t('tools.qHint')}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
        value={search.q ?? ''}
        onChange={(event) => set({ q: event.currentTarget.value || undefined })}
        size="xs"
        w={150}
      />
      <RolesChoice
        roles={roles}
        chosen={chosen}
        onChoose={(value) => set({ roles: value === undefined ? undefined : value.join(',') || ',' })}
      />
      <Switch
        label={t(search.before ? 'tools.changes' : 'tools.differences')}
        checked={search.differences === true}
        onChange={(event) => set({ differences: event.currentTarget.checked || undefined })}
        size="xs"
        mb={6}
      />
      {narrowed ? (
        <Button
          variant="subtle"
          size="xs"
          onClick={() => void navigate({ search: { product: productId }, replace: true })}
        >
          {t('tools.reset')}
        </Button>
      ) : null}
    </Group>
  );
}
