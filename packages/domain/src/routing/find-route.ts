import { looksLikeId } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { notFound } from '../access/authorize.ts';
import { Route } from './route.ts';

/** Finds a route, with its upstream, by id or name. @throws DomainError not_found */
export async function findRoute(em: EntityManager, ref: string) {
  const where = looksLikeId(ref) ? { id: ref } : { name: ref };
  const found = await em.findOne(Route, where, { populate: ['upstream'] });
  if (found === null) throw notFound('route');
  return found;
}
