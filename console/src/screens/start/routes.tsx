import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { flag, rootRoute, shellRoute, text } from '~/app/roots';

const page = (load: () => Promise<Record<string, unknown>>, name: string) =>
  lazyRouteComponent(load as never, name as never);

/** Before anybody is signed in. The tokens of links come after `#`, which no server and no log ever sees. */
export const startRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/sign-in',
    validateSearch: (
      search: Record<string, unknown>,
    ): { return?: string | undefined; error?: string | undefined; beside?: true | undefined } => ({
      return: text(search.return),
      error: text(search.error),
      beside: flag(search.beside),
    }),
    component: page(() => import('./SignIn'), 'SignIn'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/setup',
    component: page(() => import('./Setup'), 'Setup'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/invitation',
    component: page(() => import('./Accept'), 'Accept'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/password-reset',
    component: page(() => import('./Reset'), 'Reset'),
  }),
] as const;

export const landingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: page(() => import('./Landing'), 'Landing'),
});
