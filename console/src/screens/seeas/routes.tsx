import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, shellRoute, text } from '~/app/roots';

/** Whose screen, of which product, at which resource; and beside whom. */
export interface SeeAsSearch {
  subject?: string | undefined;
  product?: string | undefined;
  resource?: string | undefined;
  beside?: string | undefined;
  /** Beside somebody: only what differs. */
  differences?: true | undefined;
  /** Also what is meant for other types of resources. */
  all?: true | undefined;
}

export const seeAsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/see-as',
  validateSearch: (search: Record<string, unknown>): SeeAsSearch => ({
    subject: text(search.subject),
    product: text(search.product),
    resource: text(search.resource),
    beside: text(search.beside),
    differences: flag(search.differences),
    all: flag(search.all),
  }),
  component: lazyRouteComponent(() => import('./SeeAs'), 'SeeAs'),
});

export const seeAsRoutes = [seeAsRoute] as const;
