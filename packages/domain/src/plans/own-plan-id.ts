import type { DomainContext } from '../context.ts';
import { User } from '../users/user.ts';

/** The plan that the caller is on; null for those who are no user. */
export async function ownPlanId({ em, actor }: DomainContext): Promise<string | null> {
  if (actor.kind !== 'user') return null;
  const user = await em.findOne(User, { id: actor.id });
  return user?.plan.id ?? null;
}
