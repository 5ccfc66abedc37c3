import type { EntityManager } from '@mikro-orm/postgresql';
import type { UserRole, UserStatus } from '@apigate/contract';
import { DomainError } from '../errors.ts';
import { User } from './user.ts';

/**
 * Refuses to go on when `user` is the last active admin. Call it within the transaction that demotes, suspends or
 * deletes: it makes such transactions wait for one another, so two cannot each spare the other's admin.
 *
 * @param leaving ids of admins who do not count, because they are about to go as well.
 * @throws DomainError last_admin
 */
export async function keepAnAdmin(
  em: EntityManager,
  user: { id: string; role: UserRole; status: UserStatus },
  leaving: readonly string[] = [],
): Promise<void> {
  if (user.role !== 'admin' || user.status !== 'active') return;
  await em.execute(`select pg_advisory_xact_lock(hashtext('apigate:admins'))`);
  const others = await em.count(User, {
    role: 'admin',
    status: 'active',
    id: { $nin: [user.id, ...leaving] },
  });
  if (others === 0) {
    throw new DomainError(
      'last_admin',
      'This is the last active admin. Make somebody else an admin first.',
    );
  }
}
