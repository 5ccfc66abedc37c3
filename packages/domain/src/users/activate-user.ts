import type { User as UserView } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from './find-user.ts';
import { refuseDeed } from './user-deeds.ts';
import { userView } from './user-view.ts';

/**
 * Gives a suspended or pending user full access.
 *
 * @throws DomainError not_found, forbidden, self_change_refused
 */
export async function activateUser(ctx: DomainContext, input: { user: string }): Promise<UserView> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    await refuseDeed(em, ctx.actor, 'activate', user);
    const before = user.status;
    user.status = 'active';
    user.suspendedReason = null;
    user.suspendedFrom = null;
    user.updatedAt = ctx.now;
    await recordAudit(ctx, em, {
      action: 'users.activated',
      target: { kind: 'user', id: user.id, label: user.email },
      before: { status: before },
      after: { status: user.status },
    });
    return userView(user);
  });
}
