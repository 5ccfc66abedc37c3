import type { Found } from '@apigate/contract';
import { reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { visiblePartsOfApiKey } from '../keys/api-key-format.ts';
import { Key } from '../keys/key.ts';
import { keyView } from '../keys/key-view.ts';
import { likePattern, startPattern } from '../paging.ts';
import { partCharsMin } from './sources.ts';
import type { Condition } from '../users/user-filter.ts';

/** What a key may be called by, best first: both ends as lists show them, its start, its end, its name. */
export function keysNamed(q: string): Condition[] {
  const [start = q, end] = q.split(/…|\.\.\./, 2);
  if (end !== undefined && end !== '') return [['k.prefix = ? and k.last_four = ?', start, end]];
  const conditions: Condition[] = [
    ['k.prefix like ?', startPattern(start)],
    ['k.name ilike ?', q.length < partCharsMin ? startPattern(q) : likePattern(q)],
  ];
  // Whatever follows is part of a secret, and not kept.
  if (/^[a-z][a-z0-9]*_.{4}/.test(start)) {
    conditions.unshift(['k.prefix = ?', visiblePartsOfApiKey(start).prefix]);
  }
  if (q.length === 4) conditions.unshift(['k.last_four = ?', q]);
  return conditions;
}

/** The keys that the caller may see and any of the conditions holds for; those of an earlier condition first. */
export async function findKeys(
  { em, actor, now }: DomainContext,
  conditions: readonly Condition[],
  limit: number,
): Promise<Found[]> {
  const reach = reachOf(actor, 'keys.read');
  if (reach === 'none' || (reach !== 'any' && actor.kind !== 'user')) return [];
  const visible: Condition =
    reach === 'any' || actor.kind !== 'user' ? ['true'] : ['k.user_id = ?', actor.id];
  const branches = conditions.map(([sql, ...values], rank): Condition => [
    `(select k.id, ${rank} as rank, k.revoked_at is not null as ended from keys k
        where ${sql} and ${visible[0]} limit ?)`,
    ...values,
    ...visible.slice(1),
    limit * 2,
  ]);
  const rows: { id: string }[] = await em.execute(
    `select id from (${branches.map(([sql]) => sql).join(' union all ')}) c
    group by id order by min(rank), bool_or(ended), id desc limit ?`,
    [...branches.flatMap(([, ...values]) => values), limit],
  );
  const ids = rows.map(({ id }) => id);
  const keys = await em.find(Key, { id: ids }, { populate: ['user'] });
  return keys
    .toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    .map((key) => {
      const { id, name, user, status, keyId, prefix, lastFour } = keyView(key, now);
      return {
        kind: 'key',
        id,
        title: name,
        detail: keyId ?? `${prefix}…${lastFour}`,
        status,
        user: { id: user.id, email: user.email, role: key.user.$.role },
      };
    });
}
