import type { Plan as PlanView } from '@apigate/contract';
import { authorize, notFound, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findPlan } from './find-plan.ts';
import { planView } from './plan-view.ts';

/** @throws DomainError not_found */
export async function getPlan(ctx: DomainContext, input: { plan: string }): Promise<PlanView> {
  authorize(ctx.actor, 'plans.read');
  const plan = await findPlan(ctx.em, input.plan);
  if (!plan.enabled && reachOf(ctx.actor, 'plans.read_disabled') === 'none') throw notFound('plan');
  return planView(ctx.em, plan);
}
