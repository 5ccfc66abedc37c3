import {
  emailInput,
  linkInput,
  refreshInput,
  registerInput,
  resetPasswordInput,
  signInInput,
  type SignedIn,
} from '@apigate/contract';
import { forgotPassword, resetPassword, verifyEmail } from '@apigate/domain';
import { Router } from 'express';
import type { ApiDeps } from '../context.ts';
import { refreshFrom, registerFrom, signInFrom, signOutFrom } from '../session-transport.ts';
import { post } from './post.ts';

function session(signedIn: SignedIn) {
  const { user, accessToken, refreshToken, accessTokenExpiresAt } = signedIn;
  return { accessToken, refreshToken, tokenType: 'Bearer', expiresAt: accessTokenExpiresAt, user };
}

/** The paths under `/auth`: accounts and sessions without tRPC. */
export function authRoutes(deps: ApiDeps): Router {
  const routes = Router();
  post(routes, deps, '/register', registerInput, 201, async (ctx, input) => {
    const made = await registerFrom(ctx, input);
    return made.session === null
      ? { detail: 'Look into your mail to confirm the address.' }
      : session(made.session);
  });
  post(routes, deps, '/login', signInInput, 200, async (ctx, input) =>
    session(await signInFrom(ctx, input)),
  );
  post(routes, deps, '/refresh', refreshInput, 200, async (ctx, input) =>
    session(await refreshFrom(ctx, input.refreshToken)),
  );
  post(routes, deps, '/logout', refreshInput, 200, (ctx, input) =>
    signOutFrom(ctx, input.refreshToken),
  );
  post(routes, deps, '/forgot-password', emailInput, 202, async (ctx, input) => {
    await forgotPassword(ctx, input.email);
    return { detail: 'If there is such an account, a mail with a link is on its way.' };
  });
  post(routes, deps, '/reset-password', resetPasswordInput, 200, (ctx, input) =>
    resetPassword(ctx, input),
  );
  post(routes, deps, '/verify-email', linkInput, 200, (ctx, input) =>
    verifyEmail(ctx, input.token),
  );
  return routes;
}
