import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, shellRoute, text } from '~/app/roots';

/** Which roles. */
export interface RolesSearch {
  q?: string | undefined;
  product?: string | undefined;
  type?: string | undefined;
  instance?: string | undefined;
}

export const rolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roles',
  validateSearch: (search: Record<string, unknown>): RolesSearch => ({
    q: text(search.q),
    product: text(search.product),
    type: text(search.type),
    instance: text(search.instance),
  }),
  component: lazyRouteComponent(() => import('./Roles'), 'Roles'),
});

export const newRoleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roles/new',
  /** With `from`, it begins as a copy of that role. */
  validateSearch: (
    search: Record<string, unknown>,
  ): { product?: string | undefined; from?: string | undefined } => ({
    product: text(search.product),
    from: text(search.from),
  }),
  component: lazyRouteComponent(() => import('./NewRole'), 'NewRole'),
});

export const compareRolesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roles/compare',
  validateSearch: (
    search: Record<string, unknown>,
  ): { first?: string | undefined; second?: string | undefined; all?: true | undefined } => ({
    first: text(search.first),
    second: text(search.second),
    all: flag(search.all),
  }),
  component: lazyRouteComponent(() => import('./CompareRoles'), 'CompareRoles'),
});

export const roleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roles/$product/$role',
  validateSearch: (search: Record<string, unknown>): { tab?: 'holders' | undefined } => ({
    tab: search.tab === 'holders' ? 'holders' : undefined,
  }),
  component: lazyRouteComponent(() => import('./RolePage'), 'RolePage'),
});

export const editRoleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/roles/$product/$role/edit',
  component: lazyRouteComponent(() => import('./EditRole'), 'EditRole'),
});

export const rolesRoutes = [rolesRoute, newRoleRoute, compareRolesRoute, roleRoute, editRoleRoute] as const;
