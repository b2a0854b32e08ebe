import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute, text } from '~/app/roots';

/** The parts of what is said about a node. */
export const PARTS = ['people', 'can', 'about'] as const;
export type Part = (typeof PARTS)[number];

/** The node that is looked at, which part of it, and what the tree is searched for. */
export interface WhereSearch {
  at?: string | undefined;
  q?: string | undefined;
  show?: Part | undefined;
  /** Whose holders are asked for: `product/permission`. */
  permission?: string | undefined;
}

export const whereRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/where',
  validateSearch: (search: Record<string, unknown>): WhereSearch => ({
    at: text(search.at),
    q: text(search.q),
    show: PARTS.find((part) => part === search.show),
    permission: text(search.permission),
  }),
  component: lazyRouteComponent(() => import('./Where'), 'Where'),
});

export const whereRoutes = [whereRoute] as const;
