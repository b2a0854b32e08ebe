/** Ctrl-K: people, groups, roles, resources, places and actions by name. */

import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import {
  IconClockHour4,
  IconFolder,
  IconMailForward,
  IconPlus,
  IconSearch,
  IconUser,
  IconUserShield,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { useRead } from '~/api/read';
import { split, splitRole } from '~/api/types';
import { useHere, useMay } from '~/app/here';
import { paletteStore } from './paletteStore';
import { placesFor } from './places';

/** So many of each kind are offered. */
const OFFERED = 6;

export function Palette() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed.trim(), 150);
  const groups = useFound(sought);
  return (
    <Spotlight.Root
      store={paletteStore}
      transitionProps={{ duration: 0 }}
      query={typed}
      onQueryChange={setTyped}
      shortcut={['mod + K']}
      scrollable
      maxHeight={460}
    >
      <Modal.Title className="unseen">{t('palette.placeholder')}</Modal.Title>
      <Spotlight.Search
        onKeyDown={enterOpensTheFirst}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        leftSection={<IconSearch size={18} stroke={1.6} aria-hidden />}
      />
      <Spotlight.ActionsList className="palette">
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.label} label={group.label}>
            {group.actions.map((action) => (
              <Spotlight.Action key={action.id} {...action} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 ? <Spotlight.Empty>{t('palette.nothing', { sought })}</Spotlight.Empty> : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Of what has just come from the server nothing is chosen yet; Enter then means what stands first. */
function enterOpensTheFirst(event: KeyboardEvent) {
  if (event.key !== 'Enter' || document.querySelector('.palette [data-selected]')) return;
  document.querySelector<HTMLElement>('.palette [data-action]')?.click();
}

interface Found {
  label: string;
  actions: SpotlightActionData[];
}

function useFound(sought: string): Found[] {
  const { t } = useTranslation();
  const asked = sought.length > 0;
  const people = useRead(
    '/v1/orgs/{org}/users',
    { query: { q: sought, limit: OFFERED } },
    { enabled: asked, keep: true },
  );
  const groups = useRead(
    '/v1/orgs/{org}/groups',
    { query: { q: sought, limit: OFFERED } },
    { enabled: asked, keep: true },
  );
  const resources = useRead(
    '/v1/orgs/{org}/resources',
    { query: { q: sought, limit: OFFERED } },
    { enabled: asked, keep: true },
  );
  const { all } = useRoles();
  const navigate = useNavigate();
  const fixed = useFixed(sought);
  if (!asked) return fixed;
  const low = sought.toLowerCase();
  const roles = all
    .filter((role) => `${role.title} ${role.id}`.toLowerCase().includes(low))
    .slice(0, OFFERED);
  const found: Found[] = [
    ...fixed,
    {
      label: t('places.people'),
      actions: (people.data?.items ?? []).map((user) => ({
        id: `user:${user.id}`,
        label: user.name ?? user.id,
        description: user.email ?? user.id,
        leftSection: <IconUser size={18} stroke={1.6} />,
        onClick: () => void navigate({ to: '/people/$id', params: { id: user.id } }),
      })),
    },
    {
      label: t('places.groups'),
      actions: (groups.data?.items ?? []).map((group) => ({
        id: `group:${group.id}`,
        label: group.title ?? group.id,
        description: group.id,
        leftSection: <IconUsersGroup size={18} stroke={1.6} />,
        onClick: () => void navigate({ to: '/groups/$id', params: { id: group.id } }),
      })),
    },
    {
      label: t('places.roles'),
      actions: roles.map((role) => {
        const [product, id] = splitRole(role.id);
        return {
          id: role.id,
          label: role.title,
          description: role.id,
          leftSection: <IconUserShield size={18} stroke={1.6} />,
          onClick: () => void navigate({ to: '/roles/$product/$role', params: { product, role: id } }),
        };
      }),
    },
    {
      label: t('places.where'),
      actions: (resources.data?.items ?? []).map((resource) => ({
        id: resource.id,
        label: split(resource.id)[1],
        description: resource.id,
        leftSection: <IconFolder size={18} stroke={1.6} />,
        onClick: () => void navigate({ to: '/where', search: { at: resource.id } }),
      })),
    },
  ];
  return found.filter((group) => group.actions.length > 0);
}

/** Places and actions: known without asking the server. */
function useFixed(sought: string): Found[] {
  const { t } = useTranslation();
  const { me, asOf } = useHere();
  const navigate = useNavigate();
  const mayInvite = useMay('users');
  const mayMakeRoles = useMay('roles');
  const low = sought.toLowerCase();
  const fits = (label: string) => label.toLowerCase().includes(low);
  const places = placesFor(me).map((place) => ({
    id: place.id,
    label: t(`places.${place.id}`),
    leftSection: <place.icon size={18} stroke={1.6} />,
    onClick: () => void navigate({ to: place.to }),
  }));
  const actions: SpotlightActionData[] = [];
  if (mayInvite)
    actions.push({
      id: 'do-invite',
      label: t('palette.invite'),
      leftSection: <IconMailForward size={18} stroke={1.6} />,
      onClick: () => void navigate({ to: '/invitations', search: { invite: true } }),
    });
  if (mayMakeRoles)
    actions.push({
      id: 'do-role',
      label: t('palette.newRole'),
      leftSection: <IconPlus size={18} stroke={1.6} />,
      onClick: () => void navigate({ to: '/roles/new' }),
    });
  if (asOf)
    actions.push({
      id: 'do-now',
      label: t('past.backToNow'),
      leftSection: <IconClockHour4 size={18} stroke={1.6} />,
      onClick: () =>
        void navigate({
          to: '.',
          search: (before: Record<string, unknown>) => ({ ...before, as_of: undefined }),
        }),
    });
  const found: Found[] = [
    { label: t('palette.actions'), actions: actions.filter((one) => fits(one.label ?? '')) },
    { label: t('palette.places'), actions: places.filter((one) => fits(one.label)) },
  ];
  return found.filter((group) => group.actions.length > 0);
}
