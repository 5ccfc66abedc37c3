import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import type { User } from '../users/user.ts';
import type { Plan } from './plan.ts';

/** Tells a user, loaded with the plan, that it is another one than `before`; says nothing where it is the same. */
export async function mailPlanChanged(
  ctx: DomainContext,
  em: EntityManager,
  user: User,
  before: Plan,
): Promise<void> {
  const plan = user.plan.getEntity();
  if (plan.id === before.id) return;
  await enqueueMail(ctx, em, user.email, 'plan_changed', {
    plan: plan.name,
    before: before.name,
    link: `${ctx.publicUrl}/portal/plan`,
  });
}
