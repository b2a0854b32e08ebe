/** All addresses of the console. Each area keeps its own list; a page is loaded when somebody goes there. */
import { createRouter } from '@tanstack/react-router';
import { Crash } from '~/app/Crash';
import { Lost } from '~/app/Lost';
import { Busy } from '~/parts/Busy';
import { accountRoutes } from '~/screens/account/routes';
import { approvalsRoutes } from '~/screens/approvals/routes';
import { healthRoutes } from '~/screens/health/routes';
import { helpRoutes } from '~/screens/help/routes';
import { historyRoutes } from '~/screens/history/routes';
import { matrixRoutes } from '~/screens/matrix/routes';
import { peopleRoutes } from '~/screens/people/routes';
import { productsRoutes } from '~/screens/products/routes';
import { rolesRoutes } from '~/screens/roles/routes';
import { seeAsRoutes } from '~/screens/seeas/routes';
import { landingRoute, startRoutes } from '~/screens/start/routes';
import { whereRoutes } from '~/screens/where/routes';
import { whyRoutes } from '~/screens/why/routes';
import { rootRoute, shellRoute } from './roots';

const tree = rootRoute.addChildren([
  ...startRoutes,
  shellRoute.addChildren([
    landingRoute,
    ...peopleRoutes,
    ...rolesRoutes,
    ...whereRoutes,
    ...matrixRoutes,
    ...whyRoutes,
    ...seeAsRoutes,
    ...historyRoutes,
    ...healthRoutes,
    ...productsRoutes,
    ...approvalsRoutes,
    ...helpRoutes,
    ...accountRoutes,
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultPendingComponent: Busy,
  defaultErrorComponent: Crash,
  defaultNotFoundComponent: Lost,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
