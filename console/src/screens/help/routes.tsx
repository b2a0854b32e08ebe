import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute, text } from '~/app/roots';

export const helpRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/help',
    validateSearch: (search: Record<string, unknown>): { q?: string | undefined } => ({ q: text(search.q) }),
    component: lazyRouteComponent(() => import('./HelpIndex'), 'HelpIndex'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/help/$topic',
    component: lazyRouteComponent(() => import('./HelpTopic'), 'HelpTopic'),
  }),
] as const;
