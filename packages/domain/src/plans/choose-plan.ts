import { isFreePlan, type choosePlanInput, type Parsed, type User } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { LockMode } from '@mikro-orm/postgresql';
import { authorize, notFound, reachOf } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { callerId } from '../auth/reauthenticate.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { readSettings } from '../settings/read-settings.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { userView } from '../users/user-view.ts';
import { findPlan } from './find-plan.ts';
import { mailPlanChanged } from './mail-plan-changed.ts';
import type { Plan } from './plan.ts';

/**
 * Puts the caller on another plan: at once, with the keys as they are and what was used in the month. Nothing happens
 * where it is their plan already.
 *
 * @throws DomainError not_found, forbidden for service keys, plan_change_closed, plan_disabled, plan_not_free
 */
export async function choosePlan(
  ctx: DomainContext,
  input: Parsed<typeof choosePlanInput>,
): Promise<User> {
  authorize(ctx.actor, 'plans.choose');
  const id = callerId(ctx);
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, id);
    const before = user.plan.getEntity();
    const plan = await findPlan(em, input.plan);
    // Neither may get a price while this transaction relies on there being none.
    for (const each of [before, plan].toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const found = await em.refresh(each, { lockMode: LockMode.PESSIMISTIC_READ });
      if (found === null) throw notFound('plan');
    }
    if (plan.id === before.id) return userView(user);
    if (!plan.enabled && reachOf(ctx.actor, 'plans.read_disabled') === 'none') {
      throw notFound('plan');
    }
    refuseChange(before, plan, (await readSettings(em))['portal.plan_change']);

    user.plan = ref(plan);
    user.updatedAt = ctx.now;
    await em.flush();
    await mailPlanChanged(ctx, em, user, before);
    await recordAudit(ctx, em, {
      action: 'plans.chosen',
      target: { kind: 'user', id: user.id, label: user.email },
      before: { plan: { id: before.id, slug: before.slug, name: before.name } },
      after: { plan: { id: plan.id, slug: plan.slug, name: plan.name } },
    });
    return userView(user);
  });
}

function refuseChange(before: Plan, plan: Plan, allowed: 'free' | 'off'): void {
  if (allowed === 'off') {
    throw new DomainError('plan_change_closed', 'Nobody changes plans here by themselves.');
  }
  if (!plan.enabled) throw new DomainError('plan_disabled', 'This plan is switched off.');
  if (!isFreePlan(before)) {
    throw new DomainError(
      'plan_not_free',
      `Your plan ${before.name} costs money, so leaving it is agreed with the people who run this API.`,
    );
  }
  if (!isFreePlan(plan)) {
    throw new DomainError(
      'plan_not_free',
      `${plan.name} costs money, so it is agreed with the people who run this API.`,
    );
  }
}
