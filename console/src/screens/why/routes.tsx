import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute, text } from '~/app/roots';

/** A question that can be sent to somebody as an address. */
export interface WhySearch {
  subject?: string | undefined;
  permission?: string | undefined;
  resource?: string | undefined;
}

export const whyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/why',
  validateSearch: (search: Record<string, unknown>): WhySearch => ({
    subject: text(search.subject),
    permission: text(search.permission),
    resource: text(search.resource),
  }),
  component: lazyRouteComponent(() => import('./Why'), 'Why'),
});

export const whyRoutes = [whyRoute] as const;
