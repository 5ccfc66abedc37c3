import type { UserRole } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { enqueueMails } from '../mail/enqueue-mail.ts';
import { User } from './user.ts';

const rank = { customer: 0, moderator: 1, admin: 2 } as const satisfies Record<UserRole, number>;

/** Tells the admins by mail when somebody has got more power than before. */
export async function announcePrivilege(
  ctx: DomainContext,
  em: EntityManager,
  user: User,
  before: UserRole,
): Promise<void> {
  if (rank[user.role] <= rank[before]) return;
  const { actor } = ctx;
  const caller = actor.kind === 'user' ? await em.findOne(User, { id: actor.id }) : null;
  const by =
    caller?.email ?? (actor.kind === 'service' ? `Service key “${actor.name}”` : 'apigate');
  const admins = await em.find(User, { role: 'admin', status: 'active', id: { $ne: user.id } });
  const values = { who: user.email, role: user.role, by };
  await enqueueMails(
    ctx,
    em,
    'privilege_raised',
    admins.map(({ email }) => ({ to: email, values })),
  );
}
