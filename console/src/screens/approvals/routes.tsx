import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '~/app/roots';

/** Those that wait are shown without a word in the address. */
export interface ApprovalsSearch {
  show?: 'decided' | undefined;
}

export const approvalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  validateSearch: (search: Record<string, unknown>): ApprovalsSearch => ({
    show: search.show === 'decided' ? 'decided' : undefined,
  }),
  component: lazyRouteComponent(() => import('./Approvals'), 'Approvals'),
});

export const approvalsRoutes = [approvalsRoute] as const;
