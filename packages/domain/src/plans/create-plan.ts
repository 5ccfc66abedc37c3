import { slug, type createPlanInput, type Parsed, type Plan as PlanView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { withConstraints } from '../constraints.ts';
import { makeDefault, takeTurnWithPlans } from './make-default.ts';
import { Plan } from './plan.ts';
import { planView } from './plan-view.ts';
import { planConstraints } from './plan-constraints.ts';

/** `Pro (yearly)` becomes `pro-yearly`. */
function slugFrom(name: string): string {
  const made = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replaceAll(/^-+|-+$/g, '');
  if (slug.safeParse(made).success) return made;
  throw new DomainError('bad_request', 'No slug can be made from this name: give one.', {
    errors: [{ path: 'slug', message: 'is needed, because the name has no letters a-z or digits' }],
  });
}

/**
 * Makes a plan.
 *
 * @throws DomainError slug_taken, name_taken, plan_disabled
 */
export async function createPlan(
  ctx: DomainContext,
  input: Parsed<typeof createPlanInput>,
): Promise<PlanView> {
  authorize(ctx.actor, 'plans.write');
  const { isDefault, ...fields } = input;
  return withConstraints(planConstraints, () =>
    ctx.em.transactional(async (em) => {
      await takeTurnWithPlans(em);
      const plan = em.create(Plan, {
        ...fields,
        id: newId(),
        slug: input.slug ?? slugFrom(input.name),
        description: input.description ?? null,
        stripePriceId: input.stripePriceId ?? null,
        paddlePriceId: input.paddlePriceId ?? null,
        lemonSqueezyVariantId: input.lemonSqueezyVariantId ?? null,
        isDefault: false,
        createdAt: ctx.now,
        updatedAt: ctx.now,
      });
      await em.flush();
      if (isDefault) await makeDefault(em, plan);
      const view = await planView(em, plan);
      await recordAudit(ctx, em, {
        action: 'plans.created',
        target: { kind: 'plan', id: plan.id, label: plan.slug },
        after: view,
      });
      return view;
    }),
  );
}
