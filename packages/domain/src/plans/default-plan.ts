import type { EntityManager } from '@mikro-orm/postgresql';
import { Plan } from './plan.ts';

/** The plan of users for whom nobody chose one. There always is one: nothing may remove or disable it. */
export async function defaultPlan(em: EntityManager): Promise<Plan> {
  return em.findOneOrFail(Plan, { isDefault: true });
}
