import type { Plan as PlanView } from '@apigate/contract';
import { authorize, notFound, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findPlan } from './find-plan.ts';
import { ownPlanId } from './own-plan-id.ts';
import { plansForCustomers, planView } from './plan-view.ts';

/** @throws DomainError not_found */
export async function getPlan(ctx: DomainContext, input: { plan: string }): Promise<PlanView> {
  authorize(ctx.actor, 'plans.read');
  const plan = await findPlan(ctx.em, input.plan);
  const view = await planView(ctx.em, plan);
  if (reachOf(ctx.actor, 'plans.read_disabled') !== 'none') return view;
  const isOffered = plan.enabled || plan.id === (await ownPlanId(ctx));
  const [shown] = isOffered ? plansForCustomers([view]) : [];
  if (shown === undefined) throw notFound('plan');
  return shown;
}
