import type { Parsed, SignedIn, signInInput } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { User } from '../users/user.ts';
import { userView } from '../users/user-view.ts';
import { signAccessToken } from './access-token.ts';
import { digestRefreshToken, newRefreshToken } from './refresh-token.ts';
import { Session } from './session.ts';

const sessionDays = 30;

/** When a session that is used now ends, unless it is used again. */
export function sessionExpiry(now: Date): Date {
  return new Date(now.getTime() + sessionDays * 86_400_000);
}

/**
 * Signs a user in. An unknown address and a wrong password get the same answer after the same work; suspension is told
 * only to who knows the password.
 *
 * @throws DomainError invalid_credentials, user_suspended, overloaded
 */
export async function signIn(
  ctx: DomainContext,
  input: Parsed<typeof signInInput>,
): Promise<SignedIn> {
  const { em, now, secrets, passwords, origin } = ctx;
  const user = await em.findOne(
    User,
    { email: input.email },
    { populate: ['plan', 'passwordHash'] },
  );
  const hash = user?.passwordHash ?? null;
  if (!(await passwords.verify(input.password, hash)) || user === null || hash === null) {
    throw new DomainError('invalid_credentials', 'The e-mail address or the password is wrong.');
  }
  if (user.status === 'suspended') {
    throw new DomainError('user_suspended', 'This account is suspended. Ask the API’s owner.');
  }
  if (passwords.isWeaker(hash)) user.passwordHash = await passwords.hash(input.password);
  user.lastLoginAt = now;
  const sessionId = newId();
  const refreshToken = newRefreshToken(sessionId);
  em.create(Session, {
    id: sessionId,
    user: ref(user),
    refreshDigest: digestRefreshToken(refreshToken),
    previousDigest: null,
    successorSealed: null,
    rotatedAt: now,
    expiresAt: sessionExpiry(now),
    ip: origin?.ip ?? null,
    userAgent: origin?.userAgent ?? null,
    createdAt: now,
  });
  await em.flush();
  const access = await signAccessToken(
    secrets,
    { userId: user.id, sessionId, sessionEpoch: user.sessionEpoch },
    now,
  );
  return {
    user: userView(user),
    accessToken: access.token,
    refreshToken,
    accessTokenExpiresAt: access.expiresAt,
  };
}
