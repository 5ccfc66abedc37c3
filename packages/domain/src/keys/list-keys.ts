import type { Key as KeyView, KeyStatus, listKeysInput, Page, Parsed } from '@apigate/contract';
import type { FilterQuery } from '@mikro-orm/core';
import { authorize, authorizeOn, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, likePattern, pageOf } from '../paging.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { findUser } from '../users/find-user.ts';
import { visiblePartsOfApiKey } from './api-key-format.ts';
import { Key } from './key.ts';
import { keyView } from './key-view.ts';
import { unended } from './unended.ts';

function withStatus(status: KeyStatus, now: Date): FilterQuery<Key> {
  const unexpired = { $or: [{ expiresAt: null }, { expiresAt: { $gt: now } }] };
  switch (status) {
    case 'revoked':
      return { revokedAt: { $ne: null } };
    case 'replaced':
      return { revokedAt: null, graceUntil: { $lte: now } };
    case 'expired':
      return { $and: [unended(now), { expiresAt: { $lte: now } }] };
    case 'disabled':
      return { $and: [unended(now), { enabled: false }, unexpired] };
    case 'live':
      return { $and: [unended(now), { enabled: true }, unexpired] };
  }
}

/** A key whose name holds `q`, whose key id `q` is, or whose secret starts or ends as `q` does. */
function namedLike(q: string): FilterQuery<Key> {
  const either: FilterQuery<Key>[] = [{ name: { $ilike: likePattern(q) } }];
  if (/^[a-z0-9]+_.{4}/.test(q)) either.push({ prefix: visiblePartsOfApiKey(q).prefix });
  if (q.length === 4) either.push({ lastFour: q });
  either.push({ keyId: q });
  return { $or: either };
}

/** Keys, newest first: of one user, or of all that the caller may see. @throws DomainError not_found (user) */
export async function listKeys(
  ctx: DomainContext,
  input: Parsed<typeof listKeysInput>,
): Promise<Page<KeyView>> {
  const { em, actor, now } = ctx;
  authorize(actor, 'keys.read');
  const conditions: FilterQuery<Key>[] = [];
  if (input.user !== undefined || reachOf(actor, 'keys.read') !== 'any') {
    const user = await findUser(em, callerOrNamed(actor, input.user));
    authorizeOn(actor, 'keys.read', user, 'keys.read', 'user');
    conditions.push({ user: user.id });
  }
  const after = idAfter(input.cursor);
  if (after !== undefined) conditions.push({ id: { $lt: after } });
  if (input.status !== undefined) conditions.push(withStatus(input.status, now));
  if (input.q !== undefined) conditions.push(namedLike(input.q));
  const rows = await em.find(
    Key,
    { $and: conditions },
    { populate: ['user'], orderBy: { id: 'desc' }, limit: input.limit + 1 },
  );
  return pageOf(
    rows.map((key) => keyView(key, now)),
    input.limit,
  );
}
