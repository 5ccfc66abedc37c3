import { looksLikeId } from '@apigate/contract';
import { raw, type EntityManager } from '@mikro-orm/postgresql';
import { notFound } from '../access/authorize.ts';
import { Plan } from './plan.ts';

/**
 * Finds a plan by id, slug or name, without regard to case.
 *
 * @throws DomainError not_found
 */
export async function findPlan(em: EntityManager, ref: string): Promise<Plan> {
  const lower = ref.toLowerCase();
  const found = looksLikeId(ref)
    ? await em.findOne(Plan, { id: ref })
    : ((await em.findOne(Plan, { slug: lower })) ??
      (await em.findOne(Plan, { [raw('lower(name)')]: lower })));
  if (found === null) throw notFound('plan');
  return found;
}
