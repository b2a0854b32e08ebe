import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, shellRoute } from '~/app/roots';

/** Those that wait are shown without a word in the address. */
export interface ApprovalsSearch {
  decided?: true | undefined;
}

export const approvalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  validateSearch: (search: Record<string, unknown>): ApprovalsSearch => ({
    decided: flag(search.decided),
  }),
  component: lazyRouteComponent(() => import('./Approvals'), 'Approvals'),
});

export const approvalsRoutes = [approvalsRoute] as const;
