import type { Parsed, setUserPasswordInput, User as UserView } from '@apigate/contract';
import { authorizeOn } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { mailPasswordChanged } from '../auth/account-mails.ts';
import { endSessions } from '../auth/end-sessions.ts';
import { GuessGuard } from '../auth/guess-guard.ts';
import { hashNewPassword } from '../auth/hash-new-password.ts';
import type { DomainContext } from '../context.ts';
import { findUser, findUserForUpdate } from './find-user.ts';
import { refuseSelf } from './refuse-self.ts';
import { userView } from './user-view.ts';

/**
 * Sets somebody's password and signs them out everywhere.
 *
 * @throws DomainError not_found, forbidden, self_change_refused, bad_request, overloaded
 */
export async function setUserPassword(
  ctx: DomainContext,
  input: Parsed<typeof setUserPasswordInput>,
): Promise<UserView> {
  const asked = await findUser(ctx.em, input.user);
  authorizeOn(ctx.actor, 'users.set_password', asked, 'users.read', 'user');
  // One's own is changed by `changePassword`, which asks for the present one.
  refuseSelf(ctx.actor, asked, 'set the password of');
  const passwordHash = await hashNewPassword(ctx, input.password, null);
  const changed = await ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, asked.id);
    user.passwordHash = passwordHash;
    user.failedLogins = 0;
    user.lockedUntil = null;
    user.updatedAt = ctx.now;
    await endSessions(em, user);
    await mailPasswordChanged(ctx, em, user);
    await recordAudit(ctx, em, {
      action: 'users.password_set',
      target: { kind: 'user', id: user.id, label: user.email },
    });
    return userView(user);
  });
  await new GuessGuard(ctx, { account: asked.email, deviceId: null, ip: '' }).lift();
  return changed;
}
