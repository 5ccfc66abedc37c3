import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../errors.ts';
import { Plan } from './plan.ts';

/**
 * Makes `plan` the default in place of the one that was. Call it in a transaction.
 *
 * @throws DomainError plan_disabled
 */
export async function makeDefault(em: EntityManager, plan: Plan): Promise<void> {
  if (!plan.enabled) {
    throw new DomainError('plan_disabled', 'A disabled plan cannot be the default.');
  }
  await em.execute(`select pg_advisory_xact_lock(hashtext('apigate:default-plan'))`);
  await em.nativeUpdate(Plan, { isDefault: true, id: { $ne: plan.id } }, { isDefault: false });
  plan.isDefault = true;
  await em.flush();
}
