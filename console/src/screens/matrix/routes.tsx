import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, shellRoute, text } from '~/app/roots';

/** Which table. */
export interface MatrixSearch {
  product?: string | undefined;
  scope?: string | undefined;
  q?: string | undefined;
  differences?: true | undefined;
}

export const matrixRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/matrix',
  validateSearch: (search: Record<string, unknown>): MatrixSearch => ({
    product: text(search.product),
    scope: text(search.scope),
    q: text(search.q),
    differences: flag(search.differences),
  }),
  component: lazyRouteComponent(() => import('./MatrixPage'), 'MatrixPage'),
});

export const matrixRoutes = [matrixRoute] as const;
