import type { SignedIn } from '@apigate/contract';
import { refuseCrossSite, type ApiContext } from './context.ts';

/** Puts the tokens where the caller wants them: into cookies that no script can read, or into the answer. */
export function handOver(ctx: ApiContext, signedIn: SignedIn, intoCookies: boolean): SignedIn {
  const { accessToken, refreshToken, accessTokenExpiresAt } = signedIn;
  if (!intoCookies || accessToken === null || refreshToken === null) return signedIn;
  ctx.deps.cookies.set(ctx.res, { accessToken, refreshToken, accessTokenExpiresAt });
  return { ...signedIn, accessToken: null, refreshToken: null };
}

/** The refresh token of a browser's session, if a page of ours sent it. @throws DomainError cross_site_request */
export function tokenFromCookie(ctx: ApiContext): string | null {
  const token = ctx.deps.cookies.refreshToken(ctx.req);
  if (token !== null) refuseCrossSite(ctx.deps, ctx.req);
  return token;
}
