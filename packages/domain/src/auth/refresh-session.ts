import type { SignedIn } from '@apigate/contract';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findUser } from '../users/find-user.ts';
import {
  digestRefreshToken,
  newRefreshToken,
  openSuccessor,
  sealSuccessor,
  sessionIdOfRefreshToken,
} from './refresh-token.ts';
import { Session } from './session.ts';
import { sessionExpiry, signedInWith } from './start-session.ts';

/** For so long the token before the present one still leads to it: tabs of one browser refresh at the same time. */
const graceMs = 10_000;

/**
 * Exchanges a refresh token for the next one and an access token. Using one that was exchanged before ends the
 * session, because then two hold what only one was given.
 *
 * @throws DomainError invalid_refresh_token
 */
export async function refreshSession(ctx: DomainContext, token: string): Promise<SignedIn> {
  const refreshed = await ctx.em.transactional(async (em) => {
    const session = await lockSession(ctx, em, token);
    if (session === null || session.expiresAt <= ctx.now) return null;
    const refreshToken = nextToken(ctx, session, token);
    const user = await findUser(em, session.user.id);
    if (refreshToken === null) {
      await em.remove(session).flush();
      await recordAudit(ctx, em, {
        action: 'auth.refresh_reused',
        target: { kind: 'user', id: user.id, label: user.email },
      });
      return null;
    }
    await em.flush();
    return { session, refreshToken, user };
  });
  // Thrown out here, so that the end of a stolen session is committed.
  if (refreshed === null) {
    throw new DomainError('invalid_refresh_token', 'The session has ended. Sign in again.');
  }
  const { session, refreshToken, user } = refreshed;
  return signedInWith(ctx, user, session.id, refreshToken);
}

async function lockSession(
  { secrets }: DomainContext,
  em: EntityManager,
  token: string,
): Promise<Session | null> {
  const id = sessionIdOfRefreshToken(secrets, token);
  if (id === null) return null;
  return em.findOne(Session, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/** Rotates the session's token, or finds the one that a parallel call was just given; null when the token is stale. */
function nextToken(
  { secrets, now }: DomainContext,
  session: Session,
  token: string,
): string | null {
  const digest = digestRefreshToken(token);
  if (digest === session.refreshDigest) {
    const next = newRefreshToken(secrets, session.id);
    session.previousDigest = digest;
    session.successorSealed = sealSuccessor(token, next);
    session.refreshDigest = digestRefreshToken(next);
    session.rotatedAt = now;
    session.expiresAt = sessionExpiry(now, session.createdAt);
    return next;
  }
  const inGrace = now.getTime() - session.rotatedAt.getTime() <= graceMs;
  if (digest === session.previousDigest && inGrace && session.successorSealed != null) {
    return openSuccessor(token, session.successorSealed);
  }
  return null;
}
