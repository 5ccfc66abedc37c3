import type { Found } from '@apigate/contract';
import { reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { keyView } from '../keys/key-view.ts';
import { loadKeys } from '../keys/list-keys.ts';
import type { Condition } from '../users/user-filter.ts';

/** The keys that the caller may see and any of the conditions holds for; those of an earlier condition first. */
export async function findKeys(
  { em, actor, now }: DomainContext,
  conditions: readonly Condition[],
  limit: number,
): Promise<Found[]> {
  const visible = visibleTo(actor);
  if (visible === null) return [];
  const [visibleSql, ...visibleValues] = visible;
  const branches = conditions.map(([sql, ...values], rank): Condition => [
    `(select k.id, ${rank} as rank, k.revoked_at is not null as ended from keys k
        where ${sql} and ${visibleSql} limit ?)`,
    ...values,
    ...visibleValues,
    // Some may be found by several.
    limit * conditions.length,
  ]);
  const rows: { id: string }[] = await em.execute(
    `select id from (${branches.map(([sql]) => sql).join(' union all ')}) c
    group by id order by min(rank), bool_or(ended), id desc limit ?`,
    [...branches.flatMap(([, ...values]) => values), limit],
  );
  const keys = await loadKeys(
    em,
    rows.map(({ id }) => id),
  );
  return keys.map((key) => {
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

/** @returns null for nothing */
function visibleTo(actor: DomainContext['actor']): Condition | null {
  const reach = reachOf(actor, 'keys.read');
  if (reach === 'any') return ['true'];
  return reach === 'own' && actor.kind === 'user' ? ['k.user_id = ?', actor.id] : null;
}
