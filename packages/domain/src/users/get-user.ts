import type { User as UserView } from '@apigate/contract';
import { authorizeOn } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findUser } from './find-user.ts';
import { userView } from './user-view.ts';

/** @throws DomainError not_found */
export async function getUser(ctx: DomainContext, input: { user: string }): Promise<UserView> {
  const user = await findUser(ctx.em, input.user);
  authorizeOn(ctx.actor, 'users.read', user, 'users.read', 'user');
  return userView(user);
}
