import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, shellRoute, text } from '~/app/roots';

/** Which table, and how much of it. */
export interface MatrixSearch {
  product?: string | undefined;
  /** Only what can be held and done at this place. */
  scope?: string | undefined;
  area?: string | undefined;
  q?: string | undefined;
  /** Only permissions in which the shown roles differ. */
  differences?: true | undefined;
  /** The shown roles, with commas between; all of them without. */
  roles?: string | undefined;
  /** Another instant that is compared with. */
  before?: string | undefined;
}

export const matrixRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/matrix',
  validateSearch: (search: Record<string, unknown>): MatrixSearch => ({
    product: text(search.product),
    scope: text(search.scope),
    area: text(search.area),
    q: text(search.q),
    differences: flag(search.differences),
    roles: text(search.roles),
    before: text(search.before),
  }),
  component: lazyRouteComponent(() => import('./MatrixPage'), 'MatrixPage'),
});

export const matrixRoutes = [matrixRoute] as const;
