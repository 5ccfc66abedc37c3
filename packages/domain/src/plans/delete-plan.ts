import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { isStillReferenced } from '../still-referenced.ts';
import { requireVersion } from '../versions.ts';
import { findPlan } from './find-plan.ts';
import { takeTurnWithPlans } from './make-default.ts';
import { planView } from './plan-view.ts';

/**
 * Removes a plan that nobody is on.
 *
 * @throws DomainError not_found, plan_is_default, plan_in_use
 */
export async function deletePlan(
  ctx: DomainContext,
  input: { plan: string },
): Promise<{ id: string }> {
  authorize(ctx.actor, 'plans.write');
  try {
    return await ctx.em.transactional(async (em) => {
      await takeTurnWithPlans(em);
      const plan = await findPlan(em, input.plan);
      requireVersion(ctx, await planView(em, plan));
      if (plan.isDefault) {
        throw new DomainError(
          'plan_is_default',
          'The default plan cannot be deleted. Make another plan the default first.',
        );
      }
      const { id, slug } = plan;
      await em.remove(plan).flush();
      await recordAudit(ctx, em, {
        action: 'plans.deleted',
        target: { kind: 'plan', id, label: slug },
      });
      return { id };
    });
  } catch (error) {
    if (!isStillReferenced(error)) throw error;
    throw new DomainError(
      'plan_in_use',
      'Users are on this plan. Move them to another one first.',
      {
        cause: error,
      },
    );
  }
}
