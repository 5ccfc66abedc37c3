import type { User as UserView } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from './find-user.ts';
import { refuseDeed } from './user-deeds.ts';
import { userView } from './user-view.ts';

/**
 * Undoes a suspension: who was pending is pending again, unless the address was verified meanwhile; all others are active.
 * Whoever is not suspended stays as they are.
 *
 * @throws DomainError not_found, forbidden, self_change_refused
 */
export async function restoreUser(ctx: DomainContext, input: { user: string }): Promise<UserView> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    await refuseDeed(em, ctx.actor, 'restore', user);
    if (user.status !== 'suspended') return userView(user);
    const isPending = user.suspendedFrom === 'pending' && user.emailVerifiedAt === null;
    user.status = isPending ? 'pending' : 'active';
    user.suspendedReason = null;
    user.suspendedFrom = null;
    user.updatedAt = ctx.now;
    await recordAudit(ctx, em, {
      action: 'users.restored',
      target: { kind: 'user', id: user.id, label: user.email },
      before: { status: 'suspended' },
      after: { status: user.status },
    });
    return userView(user);
  });
}
