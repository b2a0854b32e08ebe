import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute, text } from '~/app/roots';

/** The parts of a product's page. */
export const PRODUCT_PARTS = [
  'instances',
  'administrators',
  'seats',
  'permissions',
  'types',
  'catalog',
] as const;
export type ProductPart = (typeof PRODUCT_PARTS)[number];

export interface ProductSearch {
  show?: ProductPart | undefined;
  /** What permissions are searched for. */
  q?: string | undefined;
}

export const productsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/products',
    component: lazyRouteComponent(() => import('./Products'), 'Products'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/products/$product',
    validateSearch: (search: Record<string, unknown>): ProductSearch => ({
      show: PRODUCT_PARTS.find((part) => part === search.show),
      q: text(search.q),
    }),
    component: lazyRouteComponent(() => import('./ProductPage'), 'ProductPage'),
  }),
] as const;
