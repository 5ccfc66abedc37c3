import { DomainError } from '../errors.ts';
import type { DomainContext } from '../context.ts';
import { User } from '../users/user.ts';
import { GuessGuard } from './guess-guard.ts';

/** The id of the signed-in user. @throws DomainError forbidden for service keys */
export function callerId(ctx: DomainContext): string {
  if (ctx.actor.kind === 'user') return ctx.actor.id;
  throw new DomainError('forbidden', 'Only a signed-in user can do this.');
}

/**
 * Proves once more that the caller is the owner of the account, before something that a stolen session must not do.
 *
 * @throws DomainError invalid_credentials, forbidden, overloaded
 */
export async function reauthenticate(ctx: DomainContext, password: string): Promise<User> {
  const id = callerId(ctx);
  const user = await ctx.em.findOneOrFail(
    User,
    { id },
    { populate: ['plan', 'passwordHash', 'totp', 'totpPending'] },
  );
  // Whoever holds the session counts as a known device: strangers at the door must not keep the owner from this.
  const guard = new GuessGuard(ctx, { account: `again:${id}`, deviceId: id, ip: '' });
  const isRight =
    (await guard.admit()) &&
    (await ctx.passwords.verify(password, user.passwordHash ?? null, true));
  if (!isRight) {
    await guard.failed();
    throw new DomainError('invalid_credentials', 'The current password is wrong.', {
      errors: [{ path: 'currentPassword', message: 'is wrong' }],
    });
  }
  await guard.succeeded();
  return user;
}
