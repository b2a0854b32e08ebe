import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '~/app/roots';

export const productsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/products',
    component: lazyRouteComponent(() => import('./Products'), 'Products'),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: '/products/$product',
    component: lazyRouteComponent(() => import('./ProductPage'), 'ProductPage'),
  }),
] as const;
