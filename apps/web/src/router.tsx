import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { consoleRoute } from './routes/console/routes.ts';
import { entranceRoutes } from './routes/entrance/routes.ts';
import { PendingScreen } from './routes/pending.tsx';
import { portalRoute } from './routes/portal/routes.ts';
import { rootRoute } from './routes/root-route.ts';
import { ScreenError } from './routes/screen-error.tsx';

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/console' });
  },
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([homeRoute, ...entranceRoutes, consoleRoute, portalRoute]),
  defaultPreload: 'intent',
  // On a slow processor the page itself would come later by what a stand-in takes, so that is for slow networks.
  defaultPendingMs: 500,
  defaultPendingMinMs: 0,
  defaultPendingComponent: PendingScreen,
  defaultErrorComponent: ScreenError,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
