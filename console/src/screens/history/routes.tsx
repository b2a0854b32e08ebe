import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute, text } from '~/app/roots';

/** Which part of the log. */
export interface HistorySearch {
  actor?: string | undefined;
  about?: string | undefined;
  resource?: string | undefined;
  kind?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export const historyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/history',
  validateSearch: (search: Record<string, unknown>): HistorySearch => ({
    actor: text(search.actor),
    about: text(search.about),
    resource: text(search.resource),
    kind: text(search.kind),
    since: text(search.since),
    until: text(search.until),
  }),
  component: lazyRouteComponent(() => import('./History'), 'History'),
});

export const historyRoutes = [historyRoute] as const;
