import { key as keySchema, type Key as KeyView, type KeyStatus } from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import { isReplaced, refusalOfKey } from '../gateway/checks.ts';
import type { Key } from './key.ts';

const statusOfRefusal = {
  key_revoked: 'revoked',
  key_expired: 'expired',
  key_disabled: 'disabled',
} as const satisfies Record<string, KeyStatus>;

/** What the proxy would say of the key now, in the words of a list. */
function statusOfKey(key: Key, now: Date): KeyStatus {
  const graceUntilMs = key.graceUntil?.getTime() ?? null;
  const refusal = refusalOfKey(
    {
      revoked: key.revokedAt != null,
      enabled: key.enabled,
      expiresAtMs: key.expiresAt?.getTime() ?? null,
      graceUntilMs,
    },
    now.getTime(),
  );
  // To the proxy both are over; who looks at the list wants to know by whose hand.
  if (key.revokedAt == null && isReplaced({ graceUntilMs }, now.getTime())) return 'replaced';
  return refusal === null ? 'live' : statusOfRefusal[refusal];
}

/** A key, loaded with its user, as every surface shows it. */
export function keyView(key: Key, now: Date): KeyView {
  return keySchema.parse({ ...wrap(key).toObject(), status: statusOfKey(key, now) });
}
