import type { Parsed, SignedIn, signInInput } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { findUserForUpdate } from '../users/find-user.ts';
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

function wrongCredentials(): DomainError {
  return new DomainError('invalid_credentials', 'The e-mail address or the password is wrong.');
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
  const { now, secrets, passwords, origin } = ctx;
  // Forked, so that what is read here is not taken for what the row holds once it is locked.
  const found = await ctx.em
    .fork()
    .findOne(User, { email: input.email }, { populate: ['passwordHash'] });
  const hash = found?.passwordHash ?? null;
  if (!(await passwords.verify(input.password, hash)) || found === null || hash === null) {
    throw wrongCredentials();
  }
  const hashNow = passwords.isWeaker(hash) ? await passwords.hash(input.password) : hash;
  const sessionId = newId();
  const refreshToken = newRefreshToken(sessionId);
  const user = await ctx.em.transactional(async (em) => {
    const locked = await findUserForUpdate(em, found.id);
    await em.populate(locked, ['passwordHash']);
    // While it was checked, the password may have been changed and all sessions ended.
    if (locked.passwordHash !== hash) throw wrongCredentials();
    if (locked.status === 'suspended') {
      throw new DomainError('user_suspended', 'This account is suspended. Ask the API’s owner.');
    }
    locked.passwordHash = hashNow;
    locked.lastLoginAt = now;
    em.create(Session, {
      id: sessionId,
      user: ref(locked),
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
    return locked;
  });
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
