/** The permissions of a product to choose from, by area, with a field to find them. */
import { Button, Checkbox, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PermissionShown, ProductWhole } from '~/api/types';
import { useGroups } from './words';

export interface RowState {
  on: boolean;
  /** Why it cannot be changed here. */
  locked?: string | undefined;
  /** What became of it, seen from the start. */
  mark?: 'added' | 'removed' | 'changed' | undefined;
  note?: ReactNode;
}

interface Given {
  product: ProductWhole;
  state: (permission: PermissionShown) => RowState;
  onToggle: (permissions: string[], on: boolean) => void;
  /** What stands at the end of a row that is on. */
  extra?: (permission: PermissionShown) => ReactNode;
}

type Show = 'all' | 'chosen' | 'changed';

export function PermissionList({ product, state, onToggle, extra }: Given) {
  const { t } = useTranslation('roles');
  const [sought, setSought] = useState('');
  const [show, setShow] = useState<Show>('all');
  const groups = useGroups(product);
  const low = sought.trim().toLowerCase();
  const fits = (one: PermissionShown) => {
    const { on, mark } = state(one);
    const kind = show === 'all' || (show === 'chosen' ? on : mark !== undefined);
    return kind && `${one.title} ${one.id} ${one.description}`.toLowerCase().includes(low);
  };
  const shown = groups
    .map((group) => ({ ...group, permissions: group.permissions.filter(fits) }))
    .filter((group) => group.permissions.length > 0);
  return (
    <div>
      <div className="list-tools">
        <TextInput
          aria-label={t('grants.find')}
          placeholder={t('grants.find')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          className="grow"
        />
        <Button.Group aria-label={t('form.show')}>
          {(['all', 'chosen', 'changed'] as const).map((one) => (
            <Button
              key={one}
              size="xs"
              variant={show === one ? 'light' : 'default'}
              aria-pressed={show === one}
              onClick={() => setShow(one)}
            >
              {t(`form.shows.${one}`)}
            </Button>
          ))}
        </Button.Group>
      </div>
      {shown.length === 0 ? (
        <Text size="sm" py="md">
          {t('form.nothingShown')}
        </Text>
      ) : null}
      {shown.map((group) => (
        <Area
          key={group.id}
          title={group.title}
          permissions={group.permissions}
          {...{ state, onToggle, extra }}
        />
      ))}
    </div>
  );
}

interface AreaGiven extends Omit<Given, 'product'> {
  title: string;
  permissions: PermissionShown[];
}

function Area({ title, permissions, state, onToggle, extra }: AreaGiven) {
  const { t } = useTranslation('roles');
  const free = permissions.filter((one) => !state(one).locked);
  const on = permissions.filter((one) => state(one).on).length;
  const allOn = free.length > 0 && free.every((one) => state(one).on);
  return (
    <fieldset className="area">
      <legend className="visually-hidden">{title}</legend>
      <div className="area-head">
        <Checkbox
          label={
            <Title order={3} component="span">
              {title}
            </Title>
          }
          aria-label={t('form.allIn', { area: title })}
          checked={allOn}
          indeterminate={!allOn && on > 0}
          disabled={free.length === 0}
          onChange={() =>
            onToggle(
              free.map((one) => one.id),
              !allOn,
            )
          }
        />
        <Text size="xs" className="soft">
          {t('form.of', { count: on, all: permissions.length })}
        </Text>
      </div>
      <ul className="checks">
        {permissions.map((one) => (
          <Row key={one.id} permission={one} state={state(one)} onToggle={onToggle} extra={extra} />
        ))}
      </ul>
    </fieldset>
  );
}

interface RowGiven {
  permission: PermissionShown;
  state: RowState;
  onToggle: Given['onToggle'];
  extra: Given['extra'];
}

const SIGNS = { added: '+', removed: '−', changed: '~' } as const;

function Row({ permission, state, onToggle, extra }: RowGiven) {
  const { t } = useTranslation('roles');
  const { on, locked, mark, note } = state;
  return (
    <li className="check" data-on={on || undefined} data-mark={mark}>
      <span className="sign" title={mark ? t(`difference.${mark}`) : undefined} aria-hidden>
        {mark ? SIGNS[mark] : ''}
      </span>
      <Checkbox
        checked={on}
        disabled={locked !== undefined}
        onChange={() => onToggle([permission.id], !on)}
        label={
          <>
            {permission.title} <code className="faint">{permission.id}</code>
            {mark ? <span className="visually-hidden">, {t(`difference.${mark}`)}</span> : null}
          </>
        }
        description={locked ?? (permission.description || undefined)}
      />
      <div className="check-note">
        {note}
        {on && !locked ? extra?.(permission) : null}
      </div>
    </li>
  );
}
