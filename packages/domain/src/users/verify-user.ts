import type { User as UserView } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from './find-user.ts';
import { refuseDeed } from './user-deeds.ts';
import { userView } from './user-view.ts';

/**
 * Takes a user's address as verified; one that was pending for it becomes active.
 *
 * @throws DomainError not_found, forbidden, self_change_refused
 */
export async function verifyUser(ctx: DomainContext, input: { user: string }): Promise<UserView> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    await refuseDeed(em, ctx.actor, 'verify', user);
    const before = user.status;
    user.emailVerifiedAt ??= ctx.now;
    if (user.status === 'pending') user.status = 'active';
    user.updatedAt = ctx.now;
    await recordAudit(ctx, em, {
      action: 'users.verified',
      target: { kind: 'user', id: user.id, label: user.email },
      before: { status: before },
      after: { status: user.status },
    });
    return userView(user);
  });
}
