import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '~/app/roots';

export const approvalsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/approvals',
    component: lazyRouteComponent(() => import('./Approvals'), 'Approvals'),
  }),
] as const;
