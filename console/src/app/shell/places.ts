/** The places of the console, in the order in which people need them, and who finds which. */
import {
  type Icon,
  IconActivityHeartbeat,
  IconBox,
  IconChecklist,
  IconEye,
  IconHelpHexagon,
  IconHistory,
  IconKey,
  IconMailForward,
  IconMap2,
  IconTable,
  IconUser,
  IconUserShield,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { Me } from '~/api/types';

type SectionName = Me['navigation'][number]['section'];

export interface Place {
  id:
    | 'why'
    | 'people'
    | 'groups'
    | 'invitations'
    | 'keys'
    | 'roles'
    | 'where'
    | 'matrix'
    | 'seeAs'
    | 'approvals'
    | 'history'
    | 'health'
    | 'products';
  to:
    | '/why'
    | '/people'
    | '/groups'
    | '/invitations'
    | '/keys'
    | '/roles'
    | '/where'
    | '/matrix'
    | '/see-as'
    | '/approvals'
    | '/history'
    | '/health'
    | '/products';
  icon: Icon;
  /** One of these sections has to be there. */
  needs: SectionName[];
  group: 'ask' | 'administer' | 'watch';
  /** With `g` before it, goes there. */
  key: string;
}

export const PLACES: Place[] = [
  { id: 'why', to: '/why', icon: IconHelpHexagon, needs: ['users', 'roles'], group: 'ask', key: 'y' },
  { id: 'seeAs', to: '/see-as', icon: IconEye, needs: ['users', 'roles'], group: 'ask', key: 's' },
  { id: 'matrix', to: '/matrix', icon: IconTable, needs: ['roles'], group: 'ask', key: 'm' },
  { id: 'people', to: '/people', icon: IconUser, needs: ['users'], group: 'administer', key: 'p' },
  { id: 'groups', to: '/groups', icon: IconUsersGroup, needs: ['groups'], group: 'administer', key: 'u' },
  {
    id: 'invitations',
    to: '/invitations',
    icon: IconMailForward,
    needs: ['users'],
    group: 'administer',
    key: 'i',
  },
  { id: 'keys', to: '/keys', icon: IconKey, needs: ['api_keys'], group: 'administer', key: 'k' },
  { id: 'roles', to: '/roles', icon: IconUserShield, needs: ['roles'], group: 'administer', key: 'r' },
  {
    id: 'where',
    to: '/where',
    icon: IconMap2,
    needs: ['instances', 'projects', 'products', 'settings'],
    group: 'administer',
    key: 'w',
  },
  { id: 'products', to: '/products', icon: IconBox, needs: ['products'], group: 'administer', key: 'o' },
  { id: 'approvals', to: '/approvals', icon: IconChecklist, needs: ['approvals'], group: 'watch', key: 'a' },
  { id: 'history', to: '/history', icon: IconHistory, needs: ['history'], group: 'watch', key: 'h' },
  {
    id: 'health',
    to: '/health',
    icon: IconActivityHeartbeat,
    needs: ['settings', 'users'],
    group: 'watch',
    key: 't',
  },
];

export function placesFor(me: Me): Place[] {
  const there = new Set(me.navigation.map((one) => one.section));
  return PLACES.filter((place) => place.needs.some((section) => there.has(section)));
}
