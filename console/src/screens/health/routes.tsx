import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '~/app/roots';

export const healthRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/health',
    component: lazyRouteComponent(() => import('./Health'), 'Health'),
  }),
] as const;
