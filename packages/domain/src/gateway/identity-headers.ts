import type { UserRecord } from './records.ts';

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

/** What the upstream is told of a caller, as a flat list of names and values. */
export function identityHeadersOf(
  user: UserRecord,
  keyId: string,
  forwardEmail: boolean,
): readonly string[] {
  return [
    'X-User-Id',
    user.id,
    'X-Plan-Id',
    user.planId,
    'X-Key-Id',
    keyId,
    ...(forwardEmail ? ['X-User-Email', headerValueOf(user.email)] : []),
    ...Object.entries(user.metadata).flatMap(([key, value]) => [
      metadataHeaderName(key),
      headerValueOf(value),
    ]),
  ];
}
