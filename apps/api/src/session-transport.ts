import type {
  Accepted,
  Parsed,
  Registered,
  registerInput,
  SignedIn,
  signInInput,
} from '@apigate/contract';
import { DomainError, refreshSession, register, signIn, signOut } from '@apigate/domain';
import { refuseCrossSite, type ApiContext } from './context.ts';
import { isSameOrigin } from './same-origin.ts';

/** Signs in from wherever the call came; a browser is known from then on. */
export async function signInFrom(
  ctx: ApiContext,
  input: Parsed<typeof signInInput>,
): Promise<SignedIn> {
  const { cookies } = ctx.deps;
  const device = cookies.deviceToken(ctx.req);
  return handOver(ctx, input.cookies, async () => {
    const { session, deviceToken } = await signIn(ctx, input, device);
    if (input.cookies) cookies.setDevice(ctx.res, deviceToken);
    return session;
  });
}

/** Makes an account from wherever the call came, and signs in where no address must be verified first. */
export async function registerFrom(
  ctx: ApiContext,
  input: Parsed<typeof registerInput>,
): Promise<Registered> {
  const session = await handOver(ctx, input.cookies, async () => {
    return (await register(ctx, input)).session;
  });
  return { session };
}

/** Exchanges the refresh token that was given, or else the one in the cookie, which then gets the next one. */
export async function refreshFrom(ctx: ApiContext, given: string | undefined): Promise<SignedIn> {
  const token = given ?? tokenFromCookie(ctx);
  if (token === null) throw new DomainError('invalid_refresh_token', 'Sign in first.');
  return handOver(ctx, given === undefined, () => refreshSession(ctx, token));
}

/**
 * Ends the session of the token that was given, or else of the one in the cookie. Only a page of ours has the cookies
 * cleared: a form by which another site leads here carries none, and would sign its visitor out all the same.
 */
export async function signOutFrom(ctx: ApiContext, given: string | undefined): Promise<Accepted> {
  const done = await signOut(ctx, given ?? tokenFromCookie(ctx));
  if (isSameOrigin(ctx.req, ctx.deps.publicUrl)) ctx.deps.cookies.clear(ctx.res);
  return done;
}

/**
 * Puts the tokens that `work` yields where the caller wants them: into cookies that no script can read, or into the
 * answer. A page of others that wants cookies is refused before anything is done.
 */
export async function handOver<Session extends SignedIn | null>(
  ctx: ApiContext,
  intoCookies: boolean,
  work: () => Promise<Session>,
): Promise<Session> {
  if (!intoCookies) return work();
  refuseCrossSite(ctx.deps, ctx.req);
  const signedIn = await work();
  if (signedIn === null) return signedIn;
  const { accessToken, refreshToken, accessTokenExpiresAt } = signedIn;
  if (accessToken === null || refreshToken === null) return signedIn;
  ctx.deps.cookies.set(ctx.res, { accessToken, refreshToken, accessTokenExpiresAt });
  return { ...signedIn, accessToken: null, refreshToken: null };
}

/** The refresh token of a browser's session, if a page of ours sent it. @throws DomainError cross_site_request */
function tokenFromCookie(ctx: ApiContext): string | null {
  const token = ctx.deps.cookies.refreshToken(ctx.req);
  if (token !== null) refuseCrossSite(ctx.deps, ctx.req);
  return token;
}
