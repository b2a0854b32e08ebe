import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '~/app/roots';

export const helpRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/help',
    component: lazyRouteComponent(() => import('./HelpIndex'), 'HelpIndex'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/help/$topic',
    component: lazyRouteComponent(() => import('./HelpTopic'), 'HelpTopic'),
  }),
] as const;
