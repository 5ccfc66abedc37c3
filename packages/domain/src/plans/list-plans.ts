import type { listPlansInput, Page, Parsed, Plan as PlanView } from '@apigate/contract';
import { authorize, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, pageOf } from '../paging.ts';
import { ownPlanId } from './own-plan-id.ts';
import { Plan } from './plan.ts';
import { plansForCustomers, planViews } from './plan-view.ts';

/** Plans, oldest first; customers see those that they could be on, and the one that they are on. */
export async function listPlans(
  ctx: DomainContext,
  input: Parsed<typeof listPlansInput>,
): Promise<Page<PlanView>> {
  authorize(ctx.actor, 'plans.read');
  const seesAll = reachOf(ctx.actor, 'plans.read_disabled') !== 'none';
  const after = idAfter(input.cursor);
  const rows = await ctx.em.find(
    Plan,
    {
      ...(after === undefined ? {} : { id: { $gt: after } }),
      ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
      ...(seesAll ? {} : { $or: [{ enabled: true }, { id: await ownPlanId(ctx) }] }),
    },
    { orderBy: { id: 'asc' }, limit: input.limit + 1 },
  );
  const views = await planViews(ctx.em, rows);
  return pageOf(seesAll ? views : plansForCustomers(views), input.limit);
}
