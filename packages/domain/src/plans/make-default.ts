import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../errors.ts';
import { Plan } from './plan.ts';

/**
 * Waits until no other transaction is changing which plan is the default, or whether that plan may be. Call it before
 * the transaction reads or locks a plan, so that what it reads holds and no two wait for each other.
 */
export async function takeTurnWithPlans(em: EntityManager): Promise<void> {
  await em.execute(`select pg_advisory_xact_lock(hashtext('apigate:default-plan'))`);
}

/**
 * Makes `plan` the default in place of the one that was. Call it in a transaction that has its turn.
 *
 * @throws DomainError plan_disabled
 */
export async function makeDefault(em: EntityManager, plan: Plan): Promise<void> {
  if (!plan.enabled) {
    throw new DomainError('plan_disabled', 'A disabled plan cannot be the default.');
  }
  await em.nativeUpdate(Plan, { isDefault: true, id: { $ne: plan.id } }, { isDefault: false });
  plan.isDefault = true;
  await em.flush();
}
