import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { briefly } from '../../lib/briefly.ts';
import { readLinkSearch } from '../../lib/link-search.ts';
import { readLoginSearch, type LoginSearch } from '../../lib/login-search.ts';
import { prefetchInstance } from '../../lib/prefetch-instance.ts';
import { goHomeIfSignedIn } from '../../lib/require-signed-in.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { rootRoute } from '../root-route.ts';

const loginOptions = {
  validateSearch: readLoginSearch,
  beforeLoad: ({ search }: { search: LoginSearch }) => goHomeIfSignedIn(search.next),
  component: lazyRouteComponent(() => import('./login.tsx'), 'LoginScreen'),
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
  loader: () => briefly(prefetchInstance()),
  component: lazyRouteComponent(() => import('./register.tsx'), 'RegisterScreen'),
});

const verifyEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/verify-email',
  validateSearch: readLinkSearch,
  component: lazyRouteComponent(() => import('./verify-email.tsx'), 'VerifyEmailScreen'),
});

const confirmEmailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/confirm-email',
  validateSearch: readLinkSearch,
  component: lazyRouteComponent(() => import('./confirm-email.tsx'), 'ConfirmEmailScreen'),
});

const forgotPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portal/forgot-password',
  component: lazyRouteComponent(() => import('./forgot-password.tsx'), 'ForgotPasswordScreen'),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/auth/reset-password',
  validateSearch: readLinkSearch,
  loader: () => briefly(prefetchInstance()),
  component: lazyRouteComponent(() => import('./reset-password.tsx'), 'ResetPasswordScreen'),
});

const acceptInviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/accept-invite',
  validateSearch: readLinkSearch,
  // Awaited, because the answer decides which of two pages this is.
  loader: async ({ location }) => {
    const { token } = readLinkSearch(location.search);
    await Promise.all([
      prefetchInstance(),
      token && queryClient.prefetchQuery(trpc.invites.offer.queryOptions({ token })),
    ]);
  },
  component: lazyRouteComponent(() => import('./accept-invite.tsx'), 'AcceptInviteScreen'),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  validateSearch: readLinkSearch,
  // Awaited, because the answer decides which of two pages this is.
  loader: () =>
    Promise.all([prefetchInstance(), queryClient.prefetchQuery(trpc.setup.status.queryOptions())]),
  component: lazyRouteComponent(() => import('./setup.tsx'), 'SetupScreen'),
});

/** Pages for people who are not signed in. */
export const entranceRoutes = [
  consoleLoginRoute,
  portalLoginRoute,
  registerRoute,
  verifyEmailRoute,
  confirmEmailRoute,
  forgotPasswordRoute,
  resetPasswordRoute,
  acceptInviteRoute,
  setupRoute,
] as const;
