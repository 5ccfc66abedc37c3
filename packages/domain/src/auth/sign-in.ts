import type { Parsed, SignedIn, signInInput } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { User } from '../users/user.ts';
import { deviceIdOf, newDeviceToken } from './device-token.ts';
import { GuessGuard } from './guess-guard.ts';
import { useSecondFactor } from './second-factor.ts';
import { startSession } from './start-session.ts';

/** What a sign-in gives: the session, and the token by which this browser is known from now on. */
export interface SignInResult {
  session: SignedIn;
  deviceToken: string;
}

function wrongCredentials(): DomainError {
  return new DomainError('invalid_credentials', 'The e-mail address or the password is wrong.');
}

function suspended(): DomainError {
  return new DomainError('user_suspended', 'This account is suspended. Ask the API’s owner.');
}

/**
 * Signs a user in. Unknown address, wrong password and held back get the same answer after the same time; suspension
 * and the need of a second factor are told only to who knows the password.
 *
 * @param device what an earlier sign-in gave this browser; null for a stranger.
 * @throws DomainError invalid_credentials, second_factor_required, user_suspended, overloaded
 */
export async function signIn(
  ctx: DomainContext,
  input: Parsed<typeof signInInput>,
  device: string | null,
): Promise<SignInResult> {
  const { now, secrets, passwords } = ctx;
  const startedAt = performance.now();
  // Forked, so that what is read here is not taken for what the row holds once it is locked.
  const em = ctx.em.fork();
  const deviceId = deviceIdOf(secrets, device, input.email);
  if (deviceId === null) passwords.refuseWhenFull();
  const guard = new GuessGuard(ctx, {
    account: input.email,
    deviceId,
    ip: ctx.origin?.ip ?? '',
  });
  const user = await em.findOne(
    User,
    { email: input.email },
    { populate: ['plan', 'passwordHash', 'totp'] },
  );
  if (!(await guard.admit())) {
    await passwords.pretend(startedAt);
    throw wrongCredentials();
  }
  const hash = user?.passwordHash ?? null;
  const checkedAt = performance.now();
  const isRight = await passwords.verify(input.password, hash, deviceId !== null);
  const checkMs = performance.now() - checkedAt;
  if (!isRight || user === null || hash === null) {
    await guard.failed();
    await recordFailure(ctx, user, input.email, 'password');
    passwords.noteRest(performance.now() - startedAt - checkMs);
    throw wrongCredentials();
  }
  if (user.status === 'suspended') throw suspended();
  if (user.totp != null) {
    if (input.code === undefined) {
      throw new DomainError('second_factor_required', 'Enter a code of your authenticator app.');
    }
    if (!(await useSecondFactor(em, secrets, user, input.code, now))) {
      await guard.failed();
      await recordFailure(ctx, user, input.email, 'second factor');
      throw wrongCredentials();
    }
  }
  await guard.succeeded();
  const renewed = passwords.isWeaker(hash) ? await passwords.hash(input.password) : null;
  const session = await ctx.em.transactional(async (tx) => {
    const locked = await findUserForUpdate(tx, user.id);
    await tx.populate(locked, ['passwordHash']);
    // While it was checked, the password may have been changed and all sessions ended.
    if (locked.passwordHash !== hash) throw wrongCredentials();
    if (locked.status === 'suspended') throw suspended();
    locked.failedLogins = 0;
    if (renewed !== null) locked.passwordHash = renewed;
    const started = await startSession(ctx, tx, locked);
    await recordAudit(ctx, tx, {
      action: 'auth.signed_in',
      by: locked,
      target: { kind: 'user', id: locked.id, label: locked.email },
    });
    return started;
  });
  return { session, deviceToken: newDeviceToken(secrets, user.email) };
}

async function recordFailure(
  ctx: DomainContext,
  user: User | null,
  address: string,
  what: string,
): Promise<void> {
  await ctx.em.fork().transactional(async (tx) => {
    // For an unknown address too, though it counts nothing: it takes its time.
    await tx.execute('update users set failed_logins = failed_logins + 1 where id = ?', [
      user?.id ?? newId(),
    ]);
    await recordAudit(ctx, tx, {
      action: 'auth.sign_in_failed',
      target: { kind: 'user', id: user?.id ?? null, label: address },
      after: { wrong: what },
    });
  });
}
