import type { User as UserView } from '@apigate/contract';
import { authorizeOn } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from './find-user.ts';
import { userView } from './user-view.ts';

/**
 * Takes a user's address as verified; one that was pending for it becomes active.
 *
 * @throws DomainError not_found, forbidden
 */
export async function verifyUser(ctx: DomainContext, input: { user: string }): Promise<UserView> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    authorizeOn(ctx.actor, 'users.verify', user, 'users.read', 'user');
    user.emailVerifiedAt ??= ctx.now;
    if (user.status === 'pending') user.status = 'active';
    user.updatedAt = ctx.now;
    await em.flush();
    return userView(user);
  });
}
