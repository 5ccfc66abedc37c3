import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type ParsedLocation,
} from '@tanstack/react-router';
import { errorCodeOf } from './lib/error-text.ts';
import { readLinkSearch } from './lib/link-search.ts';
import { readLoginSearch, type LoginSearch } from './lib/login-search.ts';
import { fetchCaller, fetchMe, type UserCaller } from './lib/me.ts';
import { pathAfterSignIn } from './lib/path-after-sign-in.ts';
import { mayEnterConsole, mayRunInstallation } from './lib/permissions.ts';
import { mayBeSignedIn } from './lib/session.ts';
import { queryClient, trpc } from './lib/trpc.ts';
import { accessQuery } from './features/audit/access-query.ts';
import { readAccessSearch } from './features/audit/access-search.ts';
import { auditQuery, userAuditQuery } from './features/audit/audit-query.ts';
import { readAuditSearch } from './features/audit/audit-search.ts';
import { invitesQuery } from './features/invites/invites-query.ts';
import { keysQuery } from './features/keys/keys-query.ts';
import { mailsQuery } from './features/mails/mails-query.ts';
import { readMailsSearch } from './features/mails/mails-search.ts';
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

/* Outside: pages for people who are not signed in */

async function goHomeIfSignedIn(next: string | undefined): Promise<void> {
  if (!mayBeSignedIn()) return;
  const me = await fetchMe().catch(() => undefined);
  if (me) throw redirect({ href: pathAfterSignIn(me, next) });
}

const loginOptions = {
  validateSearch: readLoginSearch,
  beforeLoad: ({ search }: { search: LoginSearch }) => goHomeIfSignedIn(search.next),
  component: lazyRouteComponent(() => import('./routes/entrance/login.tsx'), 'LoginScreen'),
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

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/register',
  beforeLoad: () => goHomeIfSignedIn(undefined),
  loader: prefetchInstance,
  component: lazyRouteComponent(() => import('./routes/entrance/register.tsx'), 'RegisterScreen'),
});

const verifyEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/verify-email',
  validateSearch: readLinkSearch,
  component: lazyRouteComponent(
    () => import('./routes/entrance/verify-email.tsx'),
    'VerifyEmailScreen',
  ),
});

const confirmEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/confirm-email',
  validateSearch: readLinkSearch,
  component: lazyRouteComponent(
    () => import('./routes/entrance/confirm-email.tsx'),
    'ConfirmEmailScreen',
  ),
});

const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/forgot-password',
  component: lazyRouteComponent(
    () => import('./routes/entrance/forgot-password.tsx'),
    'ForgotPasswordScreen',
  ),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/auth/reset-password',
  validateSearch: readLinkSearch,
  loader: prefetchInstance,
  component: lazyRouteComponent(
    () => import('./routes/entrance/reset-password.tsx'),
    'ResetPasswordScreen',
  ),
});

const acceptInviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/accept-invite',
  validateSearch: readLinkSearch,
  loader: ({ location }) => {
    const { token } = readLinkSearch(location.search);
    if (token) void queryClient.prefetchQuery(trpc.invites.offer.queryOptions({ token }));
    prefetchInstance();
  },
  component: lazyRouteComponent(
    () => import('./routes/entrance/accept-invite.tsx'),
    'AcceptInviteScreen',
  ),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  validateSearch: readLinkSearch,
  loader: () => {
    void queryClient.prefetchQuery(trpc.setup.status.queryOptions());
    prefetchInstance();
  },
  component: lazyRouteComponent(() => import('./routes/entrance/setup.tsx'), 'SetupScreen'),
});

function prefetchInstance(): void {
  void queryClient.prefetchQuery(trpc.auth.instance.queryOptions());
}

/** @returns who is signed in; leads to the sign-in page where nobody is. */
async function requireSignedIn(
  location: ParsedLocation,
  loginPath: '/console/login' | '/portal/login',
): Promise<UserCaller> {
  const wasSignedIn = mayBeSignedIn();
  try {
    return await fetchCaller();
  } catch (error) {
    if (errorCodeOf(error) !== 'unauthenticated') throw error;
    throw redirect({
      to: loginPath,
      search: { next: location.href, ...(wasSignedIn && { notice: 'session-ended' }) },
    });
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
    const { user, mustEnrolSecondFactor } = await requireSignedIn(location, '/console/login');
    if (!mayEnterConsole(user)) throw redirect({ to: '/portal/staff-only' });
    if (mustEnrolSecondFactor) throw redirect({ to: '/portal/security' });
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
  loader: async ({ params: { id } }) => {
    void queryClient.prefetchQuery(trpc.users.get.queryOptions({ user: id }));
    void queryClient.prefetchQuery(trpc.usage.summary.queryOptions({ user: id }));
    void queryClient.prefetchInfiniteQuery(keysQuery(id));
    const me = await fetchMe();
    if (!mayRunInstallation(me)) return;
    void queryClient.prefetchQuery(trpc.sessions.list.queryOptions({ user: id }));
    void queryClient.prefetchInfiniteQuery(userAuditQuery(id));
  },
  component: lazyRouteComponent(() => import('./routes/console/user.tsx'), 'UserScreen'),
});

/** What belongs to admins; moderators are told so. The check of `/console` has run before. */
const adminOptions = {
  beforeLoad: async () => {
    if (!mayRunInstallation(await fetchMe())) throw redirect({ to: '/console/admins-only' });
  },
};

const invitesRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'invites',
  ...adminOptions,
  loader: () => void queryClient.prefetchInfiniteQuery(invitesQuery()),
  component: lazyRouteComponent(() => import('./routes/console/invites.tsx'), 'InvitesScreen'),
});

const mailsRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'mails',
  ...adminOptions,
  validateSearch: readMailsSearch,
  loader: ({ location }) => {
    const search = readMailsSearch(location.search);
    void queryClient.prefetchInfiniteQuery(mailsQuery(search));
    if (search.mail !== undefined) {
      void queryClient.prefetchQuery(trpc.mails.get.queryOptions({ mail: search.mail }));
    }
  },
  component: lazyRouteComponent(() => import('./routes/console/mails.tsx'), 'MailsScreen'),
});

const auditRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'audit',
  ...adminOptions,
  validateSearch: readAuditSearch,
  loader: ({ location }) =>
    void queryClient.prefetchInfiniteQuery(auditQuery(readAuditSearch(location.search))),
  component: lazyRouteComponent(() => import('./routes/console/audit.tsx'), 'AuditScreen'),
});

const accessRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'audit/access',
  ...adminOptions,
  validateSearch: readAccessSearch,
  loader: ({ location }) =>
    void queryClient.prefetchInfiniteQuery(accessQuery(readAccessSearch(location.search))),
  component: lazyRouteComponent(() => import('./routes/console/access.tsx'), 'AccessScreen'),
});

const settingsRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'settings',
  ...adminOptions,
  loader: () => void queryClient.prefetchQuery(trpc.settings.list.queryOptions()),
  component: lazyRouteComponent(() => import('./routes/console/settings.tsx'), 'SettingsScreen'),
});

const adminsOnlyRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'admins-only',
  component: lazyRouteComponent(
    () => import('./routes/console/admins-only.tsx'),
    'AdminsOnlyScreen',
  ),
});

/* Portal */

const portalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal',
  beforeLoad: async ({ location }) => {
    const { mustEnrolSecondFactor } = await requireSignedIn(location, '/portal/login');
    if (mustEnrolSecondFactor && location.pathname !== '/portal/security') {
      throw redirect({ to: '/portal/security' });
    }
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

const securityRoute = createRoute({
  getParentRoute: () => portalRoute,
  path: 'security',
  loader: async () => {
    const { mustEnrolSecondFactor } = await fetchCaller();
    void queryClient.prefetchQuery(trpc.security.get.queryOptions());
    if (!mustEnrolSecondFactor) {
      void queryClient.prefetchQuery(trpc.sessions.list.queryOptions({}));
    }
    prefetchInstance();
  },
  component: lazyRouteComponent(() => import('./routes/portal/security.tsx'), 'SecurityScreen'),
});

const profileRoute = createRoute({
  getParentRoute: () => portalRoute,
  path: 'profile',
  component: lazyRouteComponent(() => import('./routes/portal/profile.tsx'), 'ProfileScreen'),
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
    registerRoute,
    verifyEmailRoute,
    confirmEmailRoute,
    forgotPasswordRoute,
    resetPasswordRoute,
    acceptInviteRoute,
    setupRoute,
    consoleRoute.addChildren([
      consoleHomeRoute,
      usersRoute,
      userRoute,
      invitesRoute,
      mailsRoute,
      auditRoute,
      accessRoute,
      settingsRoute,
      adminsOnlyRoute,
    ]),
    portalRoute.addChildren([
      portalHomeRoute,
      portalKeysRoute,
      securityRoute,
      profileRoute,
      staffOnlyRoute,
    ]),
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
