import { plan as planSchema, type Plan as PlanView } from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Plan } from './plan.ts';

/** A plan as customers see it: what it offers, not what is behind it. */
export function plansForCustomers(plans: readonly PlanView[]): PlanView[] {
  return plans.map((plan) => ({
    ...plan,
    stripePriceId: null,
    paddlePriceId: null,
    lemonSqueezyVariantId: null,
    userCount: null,
  }));
}

/** Plans as admins see them, with how many users each has. */
export async function planViews(em: EntityManager, plans: readonly Plan[]): Promise<PlanView[]> {
  if (plans.length === 0) return [];
  const counts: { planId: string; users: string }[] = await em.execute(
    `select plan_id as "planId", count(*) as users from users
     where plan_id in (${plans.map(() => '?').join(', ')}) group by 1`,
    plans.map((plan) => plan.id),
  );
  const countOf = new Map(counts.map((row) => [row.planId, Number(row.users)]));
  return plans.map((plan) =>
    planSchema.parse({ ...wrap(plan).toObject(), userCount: countOf.get(plan.id) ?? 0 }),
  );
}

/** One plan, as {@link planViews}. */
export async function planView(em: EntityManager, plan: Plan): Promise<PlanView> {
  const [view] = await planViews(em, [plan]);
  if (view === undefined) throw new Error('a plan has a view');
  return view;
}
