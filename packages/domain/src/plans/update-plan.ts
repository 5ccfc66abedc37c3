import type { Parsed, Plan as PlanView, updatePlanInput } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import { changedValues } from '../audit/changed-values.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { withConstraints } from '../constraints.ts';
import { requireUnchanged, requireVersion } from '../versions.ts';
import { findPlan } from './find-plan.ts';
import { makeDefault, takeTurnWithPlans } from './make-default.ts';
import { planView } from './plan-view.ts';
import { planConstraints } from './plan-constraints.ts';

/**
 * Changes what is given and leaves the rest. New limits bind the plan's users at once.
 *
 * @throws DomainError not_found, precondition_failed, slug_taken, name_taken, plan_is_default, plan_disabled
 */
export async function updatePlan(
  ctx: DomainContext,
  input: Parsed<typeof updatePlanInput>,
): Promise<PlanView> {
  authorize(ctx.actor, 'plans.write');
  const { plan: asked, isDefault, unchangedSince, ...fields } = input;
  return withConstraints(planConstraints, () =>
    ctx.em.transactional(async (em) => {
      await takeTurnWithPlans(em);
      const plan = await findPlan(em, asked);
      const before = await planView(em, plan);
      requireVersion(ctx, before);
      requireUnchanged(before, unchangedSince);
      if (fields.enabled === false && plan.isDefault) {
        throw new DomainError('plan_is_default', 'The default plan cannot be disabled.');
      }
      for (const [field, value] of Object.entries(fields)) {
        if (value !== undefined) Object.assign(plan, { [field]: value });
      }
      plan.updatedAt = ctx.now;
      await em.flush();
      if (isDefault === true) await makeDefault(em, plan);
      const after = await planView(em, plan);
      const changed = changedValues(before, after);
      if (changed !== null) {
        await recordAudit(ctx, em, {
          action: 'plans.updated',
          target: { kind: 'plan', id: plan.id, label: plan.slug },
          ...changed,
        });
      }
      return after;
    }),
  );
}
