import type { KeyStatus, listKeysInput, Parsed } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { likePattern, startPattern } from '../paging.ts';
import type { Condition } from '../users/user-filter.ts';
import { visiblePartsOfApiKey } from './api-key-format.ts';
import { isUnended } from './unended.ts';

/** Which keys are meant. */
export type KeyFilter = Pick<
  Parsed<typeof listKeysInput>,
  'status' | 'kind' | 'q' | 'prefix' | 'lastFour' | 'expiresWithinDays' | 'unusedDays'
>;

const dayMs = 86_400_000;
/** As its index has it. */
export const expiry = `coalesce(k.expires_at, 'infinity')`;

/** The conditions on `k`, the table of keys, that `filter` sets. */
export function keyConditions(
  filter: KeyFilter,
  { now }: Pick<DomainContext, 'now'>,
): readonly Condition[] {
  const { status, kind, q, prefix, lastFour, expiresWithinDays, unusedDays } = filter;
  const conditions: Condition[] = [];
  if (status !== undefined) conditions.push(withStatus(status, now));
  if (kind !== undefined) conditions.push(['k.kind = ?', kind]);
  if (q !== undefined) conditions.push(anyOf(keysNamed(q)));
  if (prefix !== undefined) conditions.push(['k.prefix like ?', startPattern(prefix)]);
  if (lastFour !== undefined) conditions.push(['k.last_four = ?', lastFour]);
  if (expiresWithinDays !== undefined) {
    const until = new Date(now.getTime() + expiresWithinDays * dayMs);
    conditions.push(withStatus('live', now), [`${expiry} <= ?`, until]);
  }
  if (unusedDays !== undefined) {
    const since = new Date(now.getTime() - unusedDays * dayMs);
    conditions.push(withStatus('live', now), [
      'k.created_at < ? and (k.last_used_at is null or k.last_used_at < ?)',
      since,
      since,
    ]);
  }
  return conditions;
}

function withStatus(status: KeyStatus, now: Date): Condition {
  switch (status) {
    case 'revoked':
      return ['k.revoked_at is not null'];
    case 'replaced':
      return ['k.revoked_at is null and k.grace_until <= ?', now];
    case 'expired':
      return [`${isUnended} and ${expiry} <= ?`, now, now];
    case 'disabled':
      return [`${isUnended} and not k.enabled and ${expiry} > ?`, now, now];
    case 'live':
      return [`${isUnended} and k.enabled and ${expiry} > ?`, now, now];
  }
}

/**
 * What a key may be called by, best first: both ends as lists show them, its end, its start, its name.
 *
 * @param by whether a name holds `q`, or starts with it: of very few characters no index knows where they are.
 */
export function keysNamed(q: string, by: 'part' | 'start' = 'part'): Condition[] {
  const [start = q, end] = q.split(/…|\.\.\./, 2);
  if (end !== undefined && end !== '') return [['k.prefix = ? and k.last_four = ?', start, end]];
  const conditions: Condition[] = [
    ['k.prefix like ?', startPattern(start)],
    by === 'part'
      ? ['k.name ilike ?', likePattern(q)]
      : ['lower(k.name) like ?', startPattern(q.toLowerCase())],
  ];
  // Whatever follows is part of a secret, and not kept.
  if (/^[a-z][a-z0-9]*_.{4}/.test(start)) {
    conditions.unshift(['k.prefix = ?', visiblePartsOfApiKey(start).prefix]);
  }
  if (q.length === 4) conditions.unshift(['k.last_four = ?', q]);
  return conditions;
}

function anyOf(conditions: readonly Condition[]): Condition {
  return [
    `(${conditions.map(([sql]) => `(${sql})`).join(' or ')})`,
    ...conditions.flatMap(([, ...values]) => values),
  ];
}
