import { authorize, authorizeOn, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { findUser } from '../users/find-user.ts';

/**
 * Whose usage a call is about: the user it names, the caller where it may see no other, else everybody's.
 *
 * @returns null for everybody
 * @throws DomainError not_found
 */
export async function usageOwner({ em, actor }: DomainContext, named: string | undefined) {
  authorize(actor, 'usage.read');
  if (named === undefined && reachOf(actor, 'usage.read') === 'any') return null;
  const user = await findUser(em, callerOrNamed(actor, named));
  authorizeOn(actor, 'usage.read', user, 'users.read', 'user');
  return user;
}
