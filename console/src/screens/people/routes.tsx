import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, shellRoute, text } from '~/app/roots';

/** The parts of one page; the first is shown without a word in the address. */
const TABS = ['roles', 'permissions', 'groups', 'members', 'history'] as const;
export type Tab = (typeof TABS)[number];

interface TabSearch {
  tab?: Tab | undefined;
}

const tabOf = (search: Record<string, unknown>): TabSearch => ({
  tab: TABS.find((tab) => tab === search.tab),
});

const STATUSES = ['invited', 'active', 'suspended', 'deactivated'] as const;

/** Which people. */
export interface UsersSearch {
  q?: string | undefined;
  status?: (typeof STATUSES)[number] | undefined;
  product?: string | undefined;
  role?: string | undefined;
  scope?: string | undefined;
  group?: string | undefined;
  without_roles?: true | undefined;
}

export const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people',
  validateSearch: (search: Record<string, unknown>): UsersSearch => ({
    q: text(search.q),
    status: STATUSES.find((status) => status === search.status),
    product: text(search.product),
    role: text(search.role),
    scope: text(search.scope),
    group: text(search.group),
    without_roles: flag(search.without_roles),
  }),
  component: lazyRouteComponent(() => import('./Users'), 'Users'),
});

export const userRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/people/$id',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./UserPage'), 'UserPage'),
});

export const groupsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/groups',
  validateSearch: (search: Record<string, unknown>): { q?: string | undefined } => ({ q: text(search.q) }),
  component: lazyRouteComponent(() => import('./Groups'), 'Groups'),
});

export const groupRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/groups/$id',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./GroupPage'), 'GroupPage'),
});

export const invitationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/invitations',
  /** With `invite`, the form is open. */
  validateSearch: (search: Record<string, unknown>): { invite?: true | undefined } => ({
    invite: flag(search.invite),
  }),
  component: lazyRouteComponent(() => import('./Invitations'), 'Invitations'),
});

export const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys',
  validateSearch: (search: Record<string, unknown>): { q?: string | undefined } => ({ q: text(search.q) }),
  component: lazyRouteComponent(() => import('./Keys'), 'Keys'),
});

export const keyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/keys/$id',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./KeyPage'), 'KeyPage'),
});

export const peopleRoutes = [
  usersRoute,
  userRoute,
  groupsRoute,
  groupRoute,
  invitationsRoute,
  keysRoute,
  keyRoute,
] as const;
