import type { User as UserView } from '@apigate/contract';
import { authorizeOn } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { endSessions } from '../auth/end-sessions.ts';
import { RecoveryCode } from '../auth/recovery-code.ts';
import type { DomainContext } from '../context.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { findUserForUpdate } from './find-user.ts';
import { refuseSelf } from './refuse-self.ts';
import { userView } from './user-view.ts';

/**
 * Takes away the second factor of somebody who has lost it, signs them out everywhere and tells them by mail.
 *
 * @throws DomainError not_found, forbidden, self_change_refused
 */
export async function resetSecondFactor(
  ctx: DomainContext,
  input: { user: string },
): Promise<UserView> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    authorizeOn(ctx.actor, 'users.reset_second_factor', user, 'users.read', 'user');
    // One's own takes the password and a code.
    refuseSelf(ctx.actor, user, 'reset the second factor of');
    user.totp = null;
    user.totpPending = null;
    user.updatedAt = ctx.now;
    await em.nativeDelete(RecoveryCode, { user: user.id });
    await endSessions(em, user);
    await enqueueMail(ctx, em, user.email, 'second_factor_changed', { enabled: false });
    await recordAudit(ctx, em, {
      action: 'users.second_factor_reset',
      target: { kind: 'user', id: user.id, label: user.email },
    });
    return userView(user);
  });
}
