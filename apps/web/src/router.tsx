import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type ParsedLocation,
} from '@tanstack/react-router';
import type { User } from '@apigate/contract';
import { errorCodeOf } from './lib/error-text.ts';
import { fetchMe } from './lib/me.ts';
import { pathAfterSignIn } from './lib/path-after-sign-in.ts';
import { mayEnterConsole } from './lib/permissions.ts';
import { mayBeSignedIn } from './lib/session.ts';
import { queryClient, trpc } from './lib/trpc.ts';
import { keysQuery } from './features/keys/keys-query.ts';
import { usersQuery } from './features/users/users-query.ts';
import { readUsersSearch } from './features/users/users-search.ts';
import { FramePending } from './routes/frame-pending.tsx';
import { NotFoundScreen } from './routes/not-found.tsx';
import { PendingScreen } from './routes/pending.tsx';
import { RootScreen } from './routes/root.tsx';
import { ScreenError } from './routes/screen-error.tsx';

const rootRoute = createRootRoute({ component: RootScreen, notFoundComponent: NotFoundScreen });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/console' });
  },
});

/* Signing in */

const loginOptions = {
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search['next'] === 'string' ? { next: search['next'] } : {},
  beforeLoad: async ({ search }: { search: { next?: string } }) => {
    if (!mayBeSignedIn()) return;
    const me = await fetchMe().catch(() => undefined);
    if (me) throw redirect({ href: pathAfterSignIn(me, search.next) });
  },
  component: lazyRouteComponent(() => import('./routes/login.tsx'), 'LoginScreen'),
};

const consoleLoginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/console/login',
  ...loginOptions,
});

const portalLoginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/login',
  ...loginOptions,
});

async function requireSignedIn(
  location: ParsedLocation,
  loginPath: '/console/login' | '/portal/login',
): Promise<User> {
  try {
    return await fetchMe();
  } catch (error) {
    if (errorCodeOf(error) !== 'unauthenticated') throw error;
    throw redirect({ to: loginPath, search: { next: location.href } });
  }
}

/*
 * Loaders start what a page will read and do not wait for it: the frame stands at once, each part holds its place until
 * its data is there, and a part that fails says so in its own place. What starts in one turn travels in one request.
 */

/* Console */

const consoleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/console',
  beforeLoad: async ({ location }) => {
    const me = await requireSignedIn(location, '/console/login');
    if (!mayEnterConsole(me)) throw redirect({ to: '/portal/staff-only' });
  },
  pendingComponent: FramePending,
  component: lazyRouteComponent(() => import('./routes/console/console.tsx'), 'ConsoleScreen'),
});

const consoleHomeRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/console/users', replace: true });
  },
});

const usersRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'users',
  validateSearch: readUsersSearch,
  loader: ({ location }) => {
    void queryClient.prefetchInfiniteQuery(usersQuery(readUsersSearch(location.search)));
    void queryClient.prefetchQuery(trpc.plans.list.queryOptions({}));
  },
  component: lazyRouteComponent(() => import('./routes/console/users.tsx'), 'UsersScreen'),
});

const userRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'users/$id',
  loader: ({ params: { id } }) => {
    void queryClient.prefetchQuery(trpc.users.get.queryOptions({ user: id }));
    void queryClient.prefetchQuery(trpc.usage.summary.queryOptions({ user: id }));
    void queryClient.prefetchInfiniteQuery(keysQuery(id));
  },
  component: lazyRouteComponent(() => import('./routes/console/user.tsx'), 'UserScreen'),
});

/* Portal */

const portalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal',
  beforeLoad: async ({ location }) => {
    await requireSignedIn(location, '/portal/login');
  },
  pendingComponent: FramePending,
  component: lazyRouteComponent(() => import('./routes/portal/portal.tsx'), 'PortalScreen'),
});

async function loadOwnKeysAndUsage(): Promise<void> {
  const me = await fetchMe();
  void queryClient.prefetchInfiniteQuery(keysQuery(me.id));
  void queryClient.prefetchQuery(trpc.usage.summary.queryOptions({}));
  void queryClient.prefetchQuery(trpc.auth.instance.queryOptions());
}

const portalHomeRoute = createRoute({
  getParentRoute: () => portalRoute,
  path: '/',
  loader: loadOwnKeysAndUsage,
  component: lazyRouteComponent(() => import('./routes/portal/overview.tsx'), 'OverviewScreen'),
});

const portalKeysRoute = createRoute({
  getParentRoute: () => portalRoute,
  path: 'keys',
  loader: loadOwnKeysAndUsage,
  component: lazyRouteComponent(() => import('./routes/portal/keys.tsx'), 'KeysScreen'),
});

const staffOnlyRoute = createRoute({
  getParentRoute: () => portalRoute,
  path: 'staff-only',
  component: lazyRouteComponent(() => import('./routes/portal/staff-only.tsx'), 'StaffOnlyScreen'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    consoleLoginRoute,
    portalLoginRoute,
    consoleRoute.addChildren([consoleHomeRoute, usersRoute, userRoute]),
    portalRoute.addChildren([portalHomeRoute, portalKeysRoute, staffOnlyRoute]),
  ]),
  defaultPreload: 'intent',
  defaultPendingMs: 150,
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
