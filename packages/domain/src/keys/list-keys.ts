import type { Key as KeyView, KeySort, listKeysInput, Page, Parsed } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize, authorizeOn, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { pageOf, placeAfter } from '../paging.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { findUser } from '../users/find-user.ts';
import type { Condition } from '../users/user-filter.ts';
import { expiry, keyConditions } from './key-filter.ts';
import { Key } from './key.ts';
import { keyView } from './key-view.ts';

interface Order {
  /** What is sorted by before the id; ids alone sort by the time of creation. */
  readonly by: string | null;
  /** The same of a key, as a cursor keeps it. */
  readonly valueOf: (key: KeyView) => string;
  readonly direction: 'asc' | 'desc';
}

const orders = {
  created_at: { by: null, valueOf: () => '', direction: 'desc' },
  expires_at: {
    by: expiry,
    valueOf: (key) => key.expiresAt?.toISOString() ?? 'infinity',
    direction: 'asc',
  },
  last_used_at: {
    by: `coalesce(k.last_used_at, '-infinity')`,
    valueOf: (key) => key.lastUsedAt?.toISOString() ?? '-infinity',
    direction: 'desc',
  },
} as const satisfies Record<KeySort, Order>;

/**
 * Keys, newest first unless told: of one user, or of all that the caller may see.
 *
 * @throws DomainError not_found (user), bad_request (cursor)
 */
export async function listKeys(
  ctx: DomainContext,
  input: Parsed<typeof listKeysInput>,
): Promise<Page<KeyView>> {
  const { em, actor, now } = ctx;
  authorize(actor, 'keys.read');
  const { sort = 'created_at' } = input;
  const { by, valueOf, direction: usual }: Order = orders[sort];
  const direction = input.order ?? usual;
  const order = `keys.${sort}.${direction}`;
  const conditions: Condition[] = [...keyConditions(input, ctx)];
  if (input.user !== undefined || reachOf(actor, 'keys.read') !== 'any') {
    const user = await findUser(em, callerOrNamed(actor, input.user));
    authorizeOn(actor, 'keys.read', user, 'keys.read', 'user');
    conditions.push(['k.user_id = ?', user.id]);
  }
  const after = placeAfter(input.cursor, order);
  if (after !== undefined) {
    const sign = direction === 'asc' ? '>' : '<';
    conditions.push(
      by === null
        ? [`k.id ${sign} ?`, ...after.slice(-1)]
        : [`(${by}, k.id) ${sign} (?::timestamptz, ?)`, ...after],
    );
  }
  const rows: { id: string }[] = await em.execute(
    `select k.id from keys k
    ${conditions.length > 0 ? `where ${conditions.map(([sql]) => sql).join(' and ')}` : ''}
    order by ${by === null ? '' : `${by} ${direction}, `}k.id ${direction} limit ?`,
    [...conditions.flatMap(([, ...values]) => values), input.limit + 1],
  );
  const keys = await loadKeys(
    em,
    rows.map(({ id }) => id),
  );
  return pageOf(
    keys.map((key) => keyView(key, now)),
    input.limit,
    order,
    (key) => [valueOf(key), key.id],
  );
}

/** Keys by their ids, with their users, in the order of the ids. */
export async function loadKeys(em: EntityManager, ids: readonly string[]) {
  const keys = await em.find(Key, { id: [...ids] }, { populate: ['user'], strategy: 'joined' });
  const places = new Map(ids.map((id, place) => [id, place]));
  return keys.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}
