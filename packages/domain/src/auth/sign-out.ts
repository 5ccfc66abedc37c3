import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findUser } from '../users/find-user.ts';
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
  const { actor } = ctx;
  if (actor.kind === 'user') {
    await ctx.em.transactional(async (em) => {
      await em.nativeDelete(Session, { id: actor.sessionId });
      const { id, email } = await findUser(em, actor.id);
      await recordAudit(ctx, em, {
        action: 'auth.signed_out',
        target: { kind: 'user', id, label: email },
      });
    });
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
