/** Who is shown; every filter stands in the address. */
import { Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { ResourcePicker, RolePicker, SubjectPicker } from '~/parts/Pickers';
import type { UsersSearch } from '../routes';
import { useTyped } from '../shared/useTyped';

const STATUSES = ['active', 'invited', 'suspended', 'deactivated'] as const;

interface Given {
  search: UsersSearch;
  set: (part: Partial<UsersSearch>) => void;
}

export function Filters({ search, set }: Given) {
  const { t } = useTranslation('people');
  const [typed, setTyped] = useTyped(search.q ?? '', (q) => set({ q: q || undefined }));
  const hidden = [search.role, search.scope, search.group, search.without_roles].filter(Boolean).length;
  const [more, setMore] = useState(hidden > 0);
  const products = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  return (
    <Stack gap="xs" mb="sm" role="search" aria-label={t('users.filters')}>
      <Group gap="xs" align="flex-end">
        <TextInput
          aria-label={t('users.find')}
          placeholder={t('users.find')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          className="filter-find"
        />
        <Select
          aria-label={t('fields.status')}
          placeholder={t('users.anyStatus')}
          data={STATUSES.map((status) => ({ value: status, label: t(`status.${status}`) }))}
          value={search.status ?? null}
          onChange={(value) => set({ status: STATUSES.find((status) => status === value) })}
          clearable
          className="filter-select"
        />
        <Select
          aria-label={t('users.product')}
          placeholder={t('users.anyProduct')}
          data={(products.data?.items ?? []).map((one) => ({ value: one.id, label: one.title }))}
          value={search.product ?? null}
          onChange={(value) => set({ product: value ?? undefined })}
          searchable
          clearable
          className="filter-select"
        />
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
          onClick={() => setMore(!more)}
          aria-expanded={more}
        >
          {hidden > 0 ? t('users.moreFiltersOn', { count: hidden }) : t('users.moreFilters')}
        </Button>
      </Group>
      {more ? (
        <Group gap="xs" align="flex-end">
          <RolePicker
            label={t('users.role')}
            placeholder={t('users.any')}
            value={search.role ?? null}
            onChange={(role) => set({ role: role ?? undefined })}
          />
          <ResourcePicker
            label={t('users.scope')}
            placeholder={t('users.any')}
            value={search.scope ?? null}
            onChange={(scope) => set({ scope: scope ?? undefined })}
          />
          <SubjectPicker
            kinds={['group']}
            label={t('users.group')}
            placeholder={t('users.any')}
            value={search.group ?? null}
            onChange={(group) => set({ group: group ?? undefined })}
          />
          <Checkbox
            label={t('users.withoutRoles')}
            checked={search.without_roles ?? false}
            onChange={(event) => set({ without_roles: event.currentTarget.checked || undefined })}
            pb={8}
          />
        </Group>
      ) : null}
    </Stack>
  );
}
