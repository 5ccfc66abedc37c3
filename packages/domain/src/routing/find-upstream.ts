import { looksLikeId } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { notFound } from '../access/authorize.ts';
import { Upstream } from './upstream.ts';

/** Finds an upstream by id or name. @throws DomainError not_found */
export async function findUpstream(em: EntityManager, ref: string): Promise<Upstream> {
  const found = await em.findOne(Upstream, looksLikeId(ref) ? { id: ref } : { name: ref });
  if (found === null) throw notFound('upstream');
  return found;
}
