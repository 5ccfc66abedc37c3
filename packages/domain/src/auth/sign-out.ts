import type { DomainContext } from '../context.ts';
import { digestRefreshToken, sessionIdOfRefreshToken } from './refresh-token.ts';
import { Session } from './session.ts';

/**
 * Ends the caller's session, or the one that a refresh token belongs to. Ending one that is over changes nothing.
 *
 * @param refreshToken null where the access token says it all.
 */
export async function signOut(
  ctx: DomainContext,
  refreshToken: string | null,
): Promise<{ ok: true }> {
  if (ctx.actor.kind === 'user') {
    await ctx.em.nativeDelete(Session, { id: ctx.actor.sessionId });
  }
  const sessionId = refreshToken === null ? null : sessionIdOfRefreshToken(refreshToken);
  if (refreshToken !== null && sessionId !== null) {
    const digest = digestRefreshToken(refreshToken);
    await ctx.em.nativeDelete(Session, {
      id: sessionId,
      $or: [{ refreshDigest: digest }, { previousDigest: digest }],
    });
  }
  return { ok: true };
}
