import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { briefly } from '../../lib/briefly.ts';
import { fetchCaller, fetchMe } from '../../lib/me.ts';
import { mayEnterConsole } from '../../lib/permissions.ts';
import { prefetchInstance } from '../../lib/prefetch-instance.ts';
import { requireSignedIn } from '../../lib/require-signed-in.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { keysQuery } from '../../features/keys/keys-query.ts';
import { plansQuery } from '../../features/plans/plans-query.ts';
import { referenceQuery } from '../../features/reference/reference-query.ts';
import { readReferenceSearch } from '../../features/reference/reference-search.ts';
import { requestsQuery } from '../../features/requests/requests-query.ts';
import { filterOf, readRequestsSearch } from '../../features/requests/requests-search.ts';
import { readUsageSearch } from '../../features/usage/usage-range.ts';
import { FramePending } from '../frame-pending.tsx';
import { requestRouteOptions } from '../request-route.ts';
import { rootRoute } from '../root-route.ts';

const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal',
  beforeLoad: async ({ location }) => {
    const { mustEnrolSecondFactor } = await requireSignedIn(location, '/portal/login');
    if (mustEnrolSecondFactor && location.pathname !== '/portal/security') {
      throw redirect({ to: '/portal/security' });
    }
  },
  // What reached a threshold stands above every page, so it is known before the first one shows.
  loader: () => queryClient.ensureQueryData(trpc.alerts.get.queryOptions({})).catch(() => null),
  pendingComponent: FramePending,
  component: lazyRouteComponent(() => import('./portal.tsx'), 'PortalScreen'),
});

async function loadOwnKeysAndUsage(): Promise<void> {
  const me = await fetchMe();
  await briefly(
    queryClient.prefetchInfiniteQuery(keysQuery(me.id)),
    queryClient.prefetchQuery(trpc.usage.summary.queryOptions({})),
    prefetchInstance(),
  );
}

const portalHomeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  loader: loadOwnKeysAndUsage,
  component: lazyRouteComponent(() => import('./home.tsx'), 'HomeScreen'),
});

const portalKeysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'keys',
  loader: loadOwnKeysAndUsage,
  component: lazyRouteComponent(() => import('./keys.tsx'), 'KeysScreen'),
});

const portalUsageRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'usage',
  validateSearch: readUsageSearch,
  loader: () =>
    briefly(
      queryClient.prefetchQuery(trpc.usage.summary.queryOptions({})),
      queryClient.prefetchQuery(trpc.alerts.get.queryOptions({})),
    ),
  component: lazyRouteComponent(() => import('./usage.tsx'), 'UsageScreen'),
});

const portalRequestsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'requests',
  validateSearch: readRequestsSearch,
  loaderDeps: ({ search }) => search,
  loader: async ({ deps }) => {
    const me = await fetchMe();
    await briefly(
      queryClient.prefetchInfiniteQuery(requestsQuery({ user: me.id, ...filterOf(deps) })),
      queryClient.prefetchQuery(trpc.usage.summary.queryOptions({})),
    );
  },
  component: lazyRouteComponent(() => import('./requests.tsx'), 'RequestsScreen'),
});

const planRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'plan',
  loader: () =>
    briefly(
      queryClient.prefetchQuery(plansQuery),
      queryClient.prefetchQuery(trpc.usage.summary.queryOptions({})),
      prefetchInstance(),
    ),
  component: lazyRouteComponent(() => import('./plan.tsx'), 'PlanScreen'),
});

const referenceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'reference',
  validateSearch: readReferenceSearch,
  loader: () => briefly(queryClient.prefetchQuery(referenceQuery), prefetchInstance()),
  component: lazyRouteComponent(() => import('./reference.tsx'), 'ReferenceScreen'),
});

const securityRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'security',
  loader: async () => {
    const { mustEnrolSecondFactor } = await fetchCaller();
    await briefly(
      queryClient.prefetchQuery(trpc.security.get.queryOptions()),
      !mustEnrolSecondFactor && queryClient.prefetchQuery(trpc.sessions.list.queryOptions({})),
      prefetchInstance(),
    );
  },
  component: lazyRouteComponent(() => import('./security.tsx'), 'SecurityScreen'),
});

const profileRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'profile',
  component: lazyRouteComponent(() => import('./profile.tsx'), 'ProfileScreen'),
});

const staffOnlyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'staff-only',
  beforeLoad: async () => {
    if (mayEnterConsole(await fetchMe())) throw redirect({ to: '/console' });
  },
  component: lazyRouteComponent(() => import('./staff-only.tsx'), 'StaffOnlyScreen'),
});

const requestRoute = createRoute({
  getParentRoute: () => frameRoute,
  ...requestRouteOptions,
  component: lazyRouteComponent(() => import('./request.tsx'), 'RequestScreen'),
});

export const portalRoute = frameRoute.addChildren([
  portalHomeRoute,
  portalKeysRoute,
  portalUsageRoute,
  portalRequestsRoute,
  planRoute,
  requestRoute,
  referenceRoute,
  securityRoute,
  profileRoute,
  staffOnlyRoute,
]);
