import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute, text } from '~/app/roots';

/** A question that can be sent to somebody as an address. */
export interface WhySearch {
  subject?: string | undefined;
  permission?: string | undefined;
  resource?: string | undefined;
  /** While no permission is chosen yet. */
  product?: string | undefined;
  /** The circumstances that conditions read. */
  context?: Record<string, unknown> | undefined;
  /** Now, if nothing is said. */
  time?: string | undefined;
}

export const whyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/why',
  validateSearch: (search: Record<string, unknown>): WhySearch => ({
    subject: text(search.subject),
    permission: text(search.permission),
    resource: text(search.resource),
    product: text(search.product),
    context: circumstances(search.context),
    time: text(search.time),
  }),
  component: lazyRouteComponent(() => import('./Why'), 'Why'),
});

function circumstances(given: unknown): Record<string, unknown> | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  return Object.keys(given).length > 0 ? { ...given } : undefined;
}

export const whyRoutes = [whyRoute] as const;
