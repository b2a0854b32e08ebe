/** Fields that find a subject, role, permission or resource by name: what is typed is looked for on the server. */
import { Combobox, Group, InputBase, Loader, ScrollArea, Text, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useName, useRoles } from '~/api/names';
import { useRead } from '~/api/read';
import { type ResourceRef, type RoleRef, type RoleShown, type SubjectRef, split } from '~/api/types';
import { resourceIcon, subjectIcon } from './Refs';

interface Option {
  value: string;
  label: string;
  hint?: string;
  picture?: ReactNode;
}

interface FieldGiven {
  label: string;
  description?: ReactNode;
  placeholder?: string | undefined;
  value: string | null;
  /** What the field shows while nobody types. */
  shown: string;
  onChange: (value: string | null) => void;
  /** What is offered for what is typed. */
  offers: (sought: string) => ReactNode;
  error?: ReactNode;
  required?: boolean | undefined;
  disabled?: boolean | undefined;
  size?: 'xs' | 'sm' | undefined;
}

/** So many are offered at once; who looks for another one types more of it. */
const OFFERED = 40;

function Finder(given: FieldGiven) {
  const { t } = useTranslation();
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const [typed, setTyped] = useState<string | null>(null);
  const [sought] = useDebouncedValue((typed ?? '').trim(), 120);
  return (
    <Combobox
      store={box}
      onOptionSubmit={(value) => {
        given.onChange(value);
        setTyped(null);
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <InputBase
          label={given.label}
          description={given.description}
          error={given.error}
          required={given.required}
          disabled={given.disabled}
          size={given.size}
          placeholder={given.placeholder ?? t('pick.type')}
          value={typed ?? given.shown}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
          onClick={() => box.openDropdown()}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => {
            box.closeDropdown();
            if (typed === '') given.onChange(null);
            setTyped(null);
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={given.label}>
          <ScrollArea.Autosize mah={300} type="auto">
            {box.dropdownOpened ? given.offers(sought) : null}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Offered({
  options,
  value,
  isLoading,
}: {
  options: Option[];
  value: string | null;
  isLoading: boolean;
}) {
  const { t } = useTranslation();
  if (options.length === 0)
    return <Combobox.Empty>{isLoading ? <Loader size="xs" /> : t('pick.nothing')}</Combobox.Empty>;
  return options.slice(0, OFFERED).map((option) => (
    <Combobox.Option key={option.value} value={option.value} active={option.value === value}>
      <Group gap="xs" wrap="nowrap">
        {option.picture}
        <div className="option">
          <Text size="sm" truncate>
            {option.label}
          </Text>
          {option.hint ? (
            <Text size="xs" className="soft" truncate>
              {option.hint}
            </Text>
          ) : null}
        </div>
      </Group>
    </Combobox.Option>
  ));
}

interface PickerGiven<Ref extends string> {
  label: string;
  description?: ReactNode;
  value: Ref | null;
  onChange: (value: Ref | null) => void;
  error?: ReactNode;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string;
  size?: 'xs' | 'sm';
}

type SubjectKind = 'user' | 'group' | 'api_key';

/** A user, and where wanted a group or an API key. */
export function SubjectPicker({
  kinds = ['user'],
  ...given
}: PickerGiven<SubjectRef> & { kinds?: SubjectKind[] }) {
  const name = useName(given.value ?? 'user:');
  const offers = (sought: string) => <SubjectOffers sought={sought} kinds={kinds} value={given.value} />;
  return <Finder {...given} shown={given.value ? name : ''} offers={offers} />;
}

function SubjectOffers({
  sought,
  kinds,
  value,
}: {
  sought: string;
  kinds: SubjectKind[];
  value: string | null;
}) {
  const query = { limit: OFFERED, ...(sought ? { q: sought } : {}) };
  const users = useRead('/v1/orgs/{org}/users', { query }, { enabled: kinds.includes('user'), keep: true });
  const groups = useRead(
    '/v1/orgs/{org}/groups',
    { query },
    { enabled: kinds.includes('group'), keep: true },
  );
  const keys = useRead(
    '/v1/orgs/{org}/api-keys',
    { query },
    { enabled: kinds.includes('api_key'), keep: true },
  );
  const found: Option[] = [
    ...(users.data?.items ?? []).map((user) => ({
      value: `user:${user.id}`,
      label: user.name ?? user.id,
      hint: user.email ?? user.id,
    })),
    ...(groups.data?.items ?? []).map((group) => ({
      value: `group:${group.id}`,
      label: group.title ?? group.id,
      hint: group.id,
    })),
    ...(keys.data?.items ?? []).map((key) => ({
      value: `api_key:${key.id}`,
      label: key.title ?? key.id,
      hint: key.prefix ?? key.id,
    })),
  ];
  const options = found.map((option) => {
    const Picture = subjectIcon(option.value);
    return { ...option, picture: <Picture size={16} stroke={1.6} aria-hidden /> };
  });
  return (
    <Offered
      options={options}
      value={value}
      isLoading={users.isLoading || groups.isLoading || keys.isLoading}
    />
  );
}

/** A role; `among` leaves out the others. */
export function RolePicker({
  among,
  ...given
}: PickerGiven<RoleRef> & { among?: (role: RoleShown) => boolean }) {
  const { byRef, all, isLoading } = useRoles();
  const offers = (sought: string) => {
    const low = sought.toLowerCase();
    const fits = all.filter(
      (role) => (among?.(role) ?? !role.baseline) && `${role.title} ${role.id}`.toLowerCase().includes(low),
    );
    const options = fits.map((role) => ({ value: role.id, label: role.title, hint: role.id }));
    return <Offered options={options} value={given.value} isLoading={isLoading} />;
  };
  return (
    <Finder
      {...given}
      shown={given.value ? (byRef.get(given.value)?.title ?? given.value) : ''}
      offers={offers}
    />
  );
}

interface ResourceWanted {
  /** Leaves out the others. */
  among?: (resource: ResourceRef) => boolean;
  /** Only of this product. */
  product?: string | undefined;
  /** Types that come first. */
  on?: string[];
}

/** A resource anywhere in the tree. */
export function ResourcePicker({ among, product, on, ...given }: PickerGiven<ResourceRef> & ResourceWanted) {
  const wanted = { ...(among ? { among } : {}), product, ...(on ? { on } : {}) };
  const offers = (sought: string) => <ResourceOffers sought={sought} value={given.value} {...wanted} />;
  return <Finder {...given} shown={given.value ? split(given.value)[1] : ''} offers={offers} />;
}

function ResourceOffers({
  sought,
  value,
  among,
  product,
  on = [],
}: ResourceWanted & { sought: string; value: string | null }) {
  const below = product && !sought ? { parent: `product:${product}`, depth: 3 } : {};
  const query = { limit: OFFERED * 4, ...(sought ? { q: sought } : {}), ...below };
  const { data, isLoading } = useRead('/v1/orgs/{org}/resources', { query }, { keep: true });
  const fits = (data?.items ?? []).filter(
    (one) => (!product || one.product === product) && (among?.(one.id) ?? true),
  );
  const meant = (ref: ResourceRef) => Number(on.includes(split(ref)[0]));
  const sorted = on.length > 0 ? [...fits].sort((a, b) => meant(b.id) - meant(a.id)) : fits;
  const options = sorted.map((one) => {
    const Picture = resourceIcon(one.id);
    return {
      value: one.id,
      label: split(one.id)[1],
      hint: one.id,
      picture: <Picture size={16} stroke={1.6} aria-hidden />,
    };
  });
  return <Offered options={options} value={value} isLoading={isLoading} />;
}

interface PermissionWanted {
  product: string | null;
  /** A resource type: what is meant on it comes first. */
  on?: string | undefined;
}

/** A permission of a product. */
export function PermissionPicker({ product, on, ...given }: PickerGiven<string> & PermissionWanted) {
  const { data, isLoading } = useRead(
    '/v1/orgs/{org}/products/{product}',
    { path: { product: product ?? '' } },
    { enabled: product !== null },
  );
  const permissions = data?.permissions ?? [];
  const full = (id: string) => `${product}/${id}`;
  const offers = (sought: string) => {
    const low = sought.toLowerCase();
    const fits = permissions.filter((one) => `${one.title} ${one.id}`.toLowerCase().includes(low));
    const sorted = on
      ? [...fits].sort((a, b) => Number(b.on.includes(on)) - Number(a.on.includes(on)))
      : fits;
    const options = sorted.map((one) => ({ value: full(one.id), label: one.title, hint: one.id }));
    return <Offered options={options} value={given.value} isLoading={isLoading} />;
  };
  const chosen = permissions.find((one) => full(one.id) === given.value);
  return (
    <Finder
      {...given}
      disabled={given.disabled || !product}
      shown={chosen?.title ?? given.value ?? ''}
      offers={offers}
    />
  );
}
