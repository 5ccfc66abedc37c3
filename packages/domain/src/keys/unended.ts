import type { FilterQuery } from '@mikro-orm/core';
import type { Key } from './key.ts';

/** Keys that were neither revoked nor replaced for good. */
export function unended(now: Date): FilterQuery<Key> {
  return { revokedAt: null, $or: [{ graceUntil: null }, { graceUntil: { $gt: now } }] };
}

/** The same in SQL; its one parameter is the present. */
export const isUnended = 'revoked_at is null and (grace_until is null or grace_until > ?)';
