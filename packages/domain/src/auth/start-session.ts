import type { SignedIn } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { newId } from '../ids.ts';
import type { User } from '../users/user.ts';
import { userView } from '../users/user-view.ts';
import { signAccessToken } from './access-token.ts';
import { digestRefreshToken, newRefreshToken } from './refresh-token.ts';
import { Session } from './session.ts';

const idleDays = 30;
const absoluteDays = 90;
const dayMs = 86_400_000;

/**
 * When a session that is used now ends: 30 days later, unless it is used again, and 90 days after the sign-in in any
 * case.
 */
export function sessionExpiry(now: Date, createdAt: Date): Date {
  const idleMs = now.getTime() + idleDays * dayMs;
  return new Date(Math.min(idleMs, createdAt.getTime() + absoluteDays * dayMs));
}

/** Starts a session of a user, loaded with the plan, whose identity is proven. */
export async function startSession(
  ctx: DomainContext,
  em: EntityManager,
  user: User,
): Promise<SignedIn> {
  const { now, origin } = ctx;
  const id = newId();
  const refreshToken = newRefreshToken(ctx.secrets, id);
  user.lastLoginAt = now;
  em.create(Session, {
    id,
    user: ref(user),
    refreshDigest: digestRefreshToken(refreshToken),
    previousDigest: null,
    successorSealed: null,
    rotatedAt: now,
    expiresAt: sessionExpiry(now, now),
    ip: origin?.ip ?? null,
    userAgent: origin?.userAgent ?? null,
    createdAt: now,
  });
  await em.flush();
  return signedInWith(ctx, user, id, refreshToken);
}

/** The answer that hands a session's tokens out. */
export async function signedInWith(
  ctx: DomainContext,
  user: User,
  sessionId: string,
  refreshToken: string,
): Promise<SignedIn> {
  const access = await signAccessToken(
    ctx.secrets,
    { userId: user.id, sessionId, sessionEpoch: user.sessionEpoch },
    ctx.now,
  );
  return {
    user: userView(user),
    accessToken: access.token,
    refreshToken,
    accessTokenExpiresAt: access.expiresAt,
  };
}
