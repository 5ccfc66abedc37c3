import type { User as UserView } from '@apigate/contract';
import { authorizeOn } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from './find-user.ts';
import { userView } from './user-view.ts';

/**
 * Gives a suspended or pending user full access.
 *
 * @throws DomainError not_found, forbidden
 */
export async function activateUser(ctx: DomainContext, input: { user: string }): Promise<UserView> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    authorizeOn(ctx.actor, 'users.activate', user, 'users.read', 'user');
    user.status = 'active';
    user.suspendedReason = null;
    user.updatedAt = ctx.now;
    await em.flush();
    return userView(user);
  });
}
