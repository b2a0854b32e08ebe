import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, shellRoute, text } from '~/app/roots';

/** Which part of the log. */
export interface HistorySearch {
  actor?: string | undefined;
  about?: string | undefined;
  resource?: string | undefined;
  kind?: string | undefined;
  /** A day, `2026-11-21`, or an instant. */
  since?: string | undefined;
  /** A day, which is meant as a whole, or an instant. */
  until?: string | undefined;
  /** Without sign-ins and the like. */
  quiet?: true | undefined;
  /** One entry, by its revision. */
  entry?: string | undefined;
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
    quiet: flag(search.quiet),
    entry: text(search.entry),
  }),
  component: lazyRouteComponent(() => import('./History'), 'History'),
});

export const historyRoutes = [historyRoute] as const;
