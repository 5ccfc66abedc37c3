import type { KeyRecord, UserRecord } from './records.ts';
import type { Terms } from './terms.ts';

const unsafe = /[^\x20-\x7e]|%|^ | $/gu;

/**
 * A value as it can stand in a header: what is not visible ASCII is percent-encoded (UTF-8), and so are `%` and spaces at
 * the ends, so that decoding always gives back what was stored.
 */
export function headerValueOf(value: string): string {
  // A lone surrogate has no UTF-8 form; toWellFormed puts U+FFFD in its place.
  return value.toWellFormed().replaceAll(unsafe, (character) => encodeURIComponent(character));
}

/** `company_size` → `X-User-Meta-Company-Size`. */
export function metadataHeaderName(key: string): string {
  const words = key.split(/[_-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `X-User-Meta-${words.join('-')}`;
}

const nothing: readonly string[] = [];
const names = new Map<string, string>();
const namesMax = 1_000;

/** The same string for the same key, of which users have few. */
function sameHeaderName(key: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  if (names.size >= namesMax) names.clear();
  const name = metadataHeaderName(key);
  names.set(key, name);
  return name;
}

/** What the upstream is told of a user beside the ids, as a flat list of names and values. */
export function userHeadersOf(user: UserRecord, forwardEmail: boolean): readonly string[] {
  const headers = forwardEmail ? ['X-User-Email', headerValueOf(user.email)] : [];
  for (const [key, value] of Object.entries(user.metadata)) {
    headers.push(sameHeaderName(key), headerValueOf(value));
  }
  // What was grown by pushing has room for many more; a copy has not.
  return headers.length === 0 ? nothing : headers.slice();
}

/** All that the upstream is told of a caller, as a flat list of names and values. */
export function identityHeadersOf(
  { key, user }: { key: Pick<KeyRecord, 'id'>; user: UserRecord },
  { userHeaders }: Pick<Terms, 'userHeaders'>,
): readonly string[] {
  const ids = ['X-User-Id', user.id, 'X-Plan-Id', user.planId, 'X-Key-Id', key.id];
  return [...ids, ...userHeaders];
}
