import type { EntityManager } from '@mikro-orm/postgresql';
import { authorizeOn, notFound } from '../access/authorize.ts';
import type { Actor } from '../access/actor.ts';
import type { Action } from '../access/policy.ts';
import { Key } from './key.ts';

/**
 * Finds a key on which `actor` may do `action`.
 *
 * @throws DomainError not_found, forbidden
 */
export async function findKeyFor(em: EntityManager, actor: Actor, action: Action, id: string) {
  const key = await em.findOne(Key, { id }, { populate: ['user'] });
  if (key === null) throw notFound('key');
  authorizeOn(actor, action, key.user.$, 'keys.read', 'key');
  return key;
}
