import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute, text } from '~/app/roots';

/** The node that is looked at. */
export interface WhereSearch {
  at?: string | undefined;
}

export const whereRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/where',
  validateSearch: (search: Record<string, unknown>): WhereSearch => ({ at: text(search.at) }),
  component: lazyRouteComponent(() => import('./Where'), 'Where'),
});

export const whereRoutes = [whereRoute] as const;
