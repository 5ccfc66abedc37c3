import type { FilterQuery } from '@mikro-orm/core';
import { recordAudit } from '../audit/record-audit.ts';
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
  const meant: FilterQuery<Session>[] = [];
  if (ctx.actor.kind === 'user') meant.push({ id: ctx.actor.sessionId });
  const named = refreshToken === null ? null : sessionIdOfRefreshToken(ctx.secrets, refreshToken);
  if (refreshToken !== null && named !== null) {
    const digest = digestRefreshToken(refreshToken);
    meant.push({ id: named, $or: [{ refreshDigest: digest }, { previousDigest: digest }] });
  }
  if (meant.length === 0) return { ok: true };
  return ctx.em.transactional(async (em) => {
    for (const session of await em.find(Session, { $or: meant }, { populate: ['user'] })) {
      const user = session.user.$;
      em.remove(session);
      await recordAudit(ctx, em, {
        action: 'auth.signed_out',
        by: user,
        target: { kind: 'user', id: user.id, label: user.email },
      });
    }
    return { ok: true };
  });
}
