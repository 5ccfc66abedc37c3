import type { Parsed, SignedIn, signInInput } from '@apigate/contract';
import { signIn } from '@apigate/domain';
import { refuseCrossSite, type ApiContext } from './context.ts';

/** Signs in from wherever the call came; a browser is known from then on. */
export async function signInFrom(
  ctx: ApiContext,
  input: Parsed<typeof signInInput>,
): Promise<SignedIn> {
  const { cookies } = ctx.deps;
  const device = cookies.deviceToken(ctx.req);
  const { session, deviceToken } = await signIn(ctx, input, device);
  if (input.cookies) cookies.setDevice(ctx.res, deviceToken);
  return handOver(ctx, session, input.cookies);
}

/** Puts the tokens where the caller wants them: into cookies that no script can read, or into the answer. */
export function handOver(ctx: ApiContext, signedIn: SignedIn, intoCookies: boolean): SignedIn {
  const { accessToken, refreshToken, accessTokenExpiresAt } = signedIn;
  if (!intoCookies || accessToken === null || refreshToken === null) return signedIn;
  refuseCrossSite(ctx.deps, ctx.req);
  ctx.deps.cookies.set(ctx.res, { accessToken, refreshToken, accessTokenExpiresAt });
  return { ...signedIn, accessToken: null, refreshToken: null };
}

/** The refresh token of a browser's session, if a page of ours sent it. @throws DomainError cross_site_request */
export function tokenFromCookie(ctx: ApiContext): string | null {
  const token = ctx.deps.cookies.refreshToken(ctx.req);
  if (token !== null) refuseCrossSite(ctx.deps, ctx.req);
  return token;
}
