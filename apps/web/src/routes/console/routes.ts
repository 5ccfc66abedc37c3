import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { briefly } from '../../lib/briefly.ts';
import { fetchMe } from '../../lib/me.ts';
import { mayEnterConsole, mayRunInstallation } from '../../lib/permissions.ts';
import { requireSignedIn } from '../../lib/require-signed-in.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import {
  overviewQuery,
  seriesBeforeQuery,
  seriesQuery,
} from '../../features/analytics/analytics-queries.ts';
import { attentionQuery } from '../../features/analytics/attention-query.ts';
import { readAnalyticsSearch } from '../../features/analytics/analytics-search.ts';
import { readRangeSearch, timeRangeOf } from '../../features/analytics/time-range.ts';
import { accessQuery } from '../../features/audit/access-query.ts';
import { readAccessSearch } from '../../features/audit/access-search.ts';
import { auditQuery, eventQuery } from '../../features/audit/audit-query.ts';
import { readAuditSearch } from '../../features/audit/audit-search.ts';
import { invitesQuery } from '../../features/invites/invites-query.ts';
import { readInvitesSearch } from '../../features/invites/invites-search.ts';
import { allKeysQuery, keysQuery } from '../../features/keys/keys-query.ts';
import { readKeysSearch } from '../../features/keys/keys-search.ts';
import { mailsQuery } from '../../features/mails/mails-query.ts';
import { readMailsSearch } from '../../features/mails/mails-search.ts';
import { plansQuery } from '../../features/plans/plans-query.ts';
import {
  routesQuery,
  routeTestQuery,
  upstreamsQuery,
} from '../../features/routing/routing-query.ts';
import { readRoutingSearch, testedRequestOf } from '../../features/routing/routing-search.ts';
import { usersQuery } from '../../features/users/users-query.ts';
import { readUserSearch } from '../../features/users/user-search.ts';
import { readUsersSearch } from '../../features/users/users-search.ts';
import { viewsQuery } from '../../features/views/views-query.ts';
import { FramePending } from '../frame-pending.tsx';
import { requestRouteOptions } from '../request-route.ts';
import { rootRoute } from '../root-route.ts';
import { prefetchKey } from './prefetch-key.ts';
import { prefetchPlan } from './prefetch-plan.ts';

const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/console',
  beforeLoad: async ({ location }) => {
    const { user, mustEnrolSecondFactor } = await requireSignedIn(location, '/console/login');
    if (!mayEnterConsole(user)) throw redirect({ to: '/portal/staff-only' });
    if (mustEnrolSecondFactor) throw redirect({ to: '/portal/security' });
  },
  pendingComponent: FramePending,
  component: lazyRouteComponent(() => import('./console.tsx'), 'ConsoleScreen'),
});

const overviewRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  validateSearch: readRangeSearch,
  loader: async ({ location }) => {
    const range = timeRangeOf(readRangeSearch(location.search), Date.now());
    const figures = briefly(
      queryClient.prefetchQuery(overviewQuery(range)),
      queryClient.prefetchQuery(seriesQuery(range)),
      queryClient.prefetchQuery(seriesBeforeQuery(range)),
    );
    await queryClient.prefetchQuery(attentionQuery);
    await figures;
  },
  component: lazyRouteComponent(() => import('./overview.tsx'), 'OverviewScreen'),
});

const analyticsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'analytics',
  validateSearch: readAnalyticsSearch,
  loader: ({ location }) => {
    const search = readAnalyticsSearch(location.search);
    const range = timeRangeOf(search, Date.now());
    return briefly(
      queryClient.prefetchQuery(seriesQuery(range, search.user, search.by)),
      queryClient.prefetchQuery(seriesBeforeQuery(range, search.user)),
      queryClient.prefetchQuery(overviewQuery(range, search.user)),
    );
  },
  component: lazyRouteComponent(() => import('./analytics.tsx'), 'AnalyticsScreen'),
});

const usersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'users',
  validateSearch: readUsersSearch,
  loader: ({ location }) =>
    briefly(
      queryClient.prefetchInfiniteQuery(usersQuery(readUsersSearch(location.search))),
      queryClient.prefetchQuery(trpc.plans.list.queryOptions({})),
      queryClient.prefetchQuery(viewsQuery('users')),
    ),
  component: lazyRouteComponent(() => import('./users.tsx'), 'UsersScreen'),
});

const userRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'users/$id',
  validateSearch: readUserSearch,
  loader: ({ params: { id }, location }) => {
    const { tab = 'overview' } = readUserSearch(location.search);
    return briefly(
      queryClient.prefetchQuery(trpc.users.get.queryOptions({ user: id })),
      (tab === 'overview' || tab === 'usage') &&
        queryClient.prefetchQuery(trpc.usage.summary.queryOptions({ user: id })),
      tab === 'keys' && queryClient.prefetchInfiniteQuery(keysQuery(id)),
    );
  },
  component: lazyRouteComponent(() => import('./user.tsx'), 'UserScreen'),
});

const keysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'keys',
  validateSearch: readKeysSearch,
  loader: ({ location }) =>
    briefly(queryClient.prefetchInfiniteQuery(allKeysQuery(readKeysSearch(location.search)))),
  component: lazyRouteComponent(() => import('./keys.tsx'), 'KeysScreen'),
});

const keyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'keys/$id',
  validateSearch: (search: Record<string, unknown>): { do?: 'rotate' } =>
    search['do'] === 'rotate' ? { do: 'rotate' } : {},
  loader: ({ params: { id } }) => briefly(prefetchKey(id)),
  component: lazyRouteComponent(() => import('./key.tsx'), 'KeyScreen'),
});

/** What belongs to admins; moderators are told so. The check of `/console` has run before. */
const adminOptions = {
  beforeLoad: async () => {
    if (!mayRunInstallation(await fetchMe())) throw redirect({ to: '/console/admins-only' });
  },
};

const invitesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'invites',
  ...adminOptions,
  validateSearch: readInvitesSearch,
  loader: ({ location }) =>
    briefly(queryClient.prefetchInfiniteQuery(invitesQuery(readInvitesSearch(location.search)))),
  component: lazyRouteComponent(() => import('./invites.tsx'), 'InvitesScreen'),
});

const mailsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'mails',
  ...adminOptions,
  validateSearch: readMailsSearch,
  loader: ({ location }) => {
    const search = readMailsSearch(location.search);
    return briefly(
      queryClient.prefetchInfiniteQuery(mailsQuery(search)),
      search.mail !== undefined &&
        queryClient.prefetchQuery(trpc.mails.get.queryOptions({ mail: search.mail })),
    );
  },
  component: lazyRouteComponent(() => import('./mails.tsx'), 'MailsScreen'),
});

const auditRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'audit',
  ...adminOptions,
  validateSearch: readAuditSearch,
  loader: ({ location }) => {
    const search = readAuditSearch(location.search);
    return briefly(
      queryClient.prefetchInfiniteQuery(auditQuery(search)),
      search.event !== undefined && queryClient.prefetchQuery(eventQuery(search.event)),
    );
  },
  component: lazyRouteComponent(() => import('./audit.tsx'), 'AuditScreen'),
});

const accessRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'audit/access',
  ...adminOptions,
  validateSearch: readAccessSearch,
  loader: ({ location }) =>
    briefly(queryClient.prefetchInfiniteQuery(accessQuery(readAccessSearch(location.search)))),
  component: lazyRouteComponent(() => import('./access.tsx'), 'AccessScreen'),
});

const settingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'settings',
  ...adminOptions,
  loader: () => briefly(queryClient.prefetchQuery(trpc.settings.list.queryOptions())),
  component: lazyRouteComponent(() => import('./settings.tsx'), 'SettingsScreen'),
});

const referenceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'reference',
  ...adminOptions,
  loader: () => briefly(queryClient.prefetchQuery(trpc.reference.source.queryOptions())),
  component: lazyRouteComponent(() => import('./reference.tsx'), 'ReferenceScreen'),
});

const adminsOnlyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'admins-only',
  component: lazyRouteComponent(() => import('./admins-only.tsx'), 'AdminsOnlyScreen'),
});

const plansRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'plans',
  loader: () => briefly(queryClient.prefetchQuery(plansQuery)),
  component: lazyRouteComponent(() => import('./plans.tsx'), 'PlansScreen'),
});

const newPlanRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'plans/new',
  ...adminOptions,
  component: lazyRouteComponent(() => import('./new-plan.tsx'), 'NewPlanScreen'),
});

const planRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'plans/$plan',
  loader: ({ params: { plan } }) => briefly(prefetchPlan(plan)),
  component: lazyRouteComponent(() => import('./plan.tsx'), 'PlanScreen'),
});

const routingRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'routes',
  ...adminOptions,
  validateSearch: readRoutingSearch,
  loader: ({ location }) => {
    const tested = testedRequestOf(readRoutingSearch(location.search));
    return briefly(
      queryClient.prefetchQuery(routesQuery),
      queryClient.prefetchQuery(upstreamsQuery),
      tested.path !== undefined && queryClient.prefetchQuery(routeTestQuery(tested)),
    );
  },
  component: lazyRouteComponent(() => import('./routing.tsx'), 'RoutingScreen'),
});

const requestRoute = createRoute({
  getParentRoute: () => frameRoute,
  ...requestRouteOptions,
  component: lazyRouteComponent(() => import('./request.tsx'), 'RequestScreen'),
});

export const consoleRoute = frameRoute.addChildren([
  overviewRoute,
  analyticsRoute,
  usersRoute,
  userRoute,
  keysRoute,
  keyRoute,
  plansRoute,
  newPlanRoute,
  planRoute,
  routingRoute,
  requestRoute,
  invitesRoute,
  mailsRoute,
  auditRoute,
  accessRoute,
  referenceRoute,
  settingsRoute,
  adminsOnlyRoute,
]);
