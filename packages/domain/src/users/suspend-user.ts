import type { Parsed, suspendUserInput, User as UserView } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import { endSessions } from '../auth/end-sessions.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from './find-user.ts';
import { refuseDeed } from './user-deeds.ts';
import { userView } from './user-view.ts';

/**
 * Suspends a user: no sign-in, sessions end, every key stops. Nothing is removed.
 *
 * @throws DomainError not_found, forbidden, self_change_refused, last_admin
 */
export async function suspendUser(
  ctx: DomainContext,
  input: Parsed<typeof suspendUserInput>,
): Promise<UserView> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    await refuseDeed(em, ctx.actor, 'suspend', user);
    const before = user.status;
    if (before !== 'suspended') user.suspendedFrom = before;
    user.status = 'suspended';
    user.suspendedReason = input.reason ?? null;
    user.updatedAt = ctx.now;
    await endSessions(em, user);
    await recordAudit(ctx, em, {
      action: 'users.suspended',
      target: { kind: 'user', id: user.id, label: user.email },
      before: { status: before },
      after: { status: user.status, reason: user.suspendedReason },
    });
    return userView(user);
  });
}
