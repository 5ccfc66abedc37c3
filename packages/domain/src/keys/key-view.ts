import { key as keySchema, type Key as KeyView, type KeyStatus } from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import { refusalOfKey } from '../gateway/checks.ts';
import type { Key } from './key.ts';

const statusOfRefusal = {
  key_revoked: 'revoked',
  key_expired: 'expired',
  key_disabled: 'disabled',
} as const satisfies Record<string, KeyStatus>;

/** What the proxy would say of the key now, in the words of a list. */
function statusOfKey(key: Key, now: Date): KeyStatus {
  const refusal = refusalOfKey(
    {
      revoked: key.revokedAt != null,
      enabled: key.enabled,
      expiresAtMs: key.expiresAt?.getTime() ?? null,
    },
    now.getTime(),
  );
  return refusal === null ? 'live' : statusOfRefusal[refusal];
}

/** A key, loaded with its user, as every surface shows it. */
export function keyView(key: Key, now: Date): KeyView {
  return keySchema.parse({ ...wrap(key).toObject(), status: statusOfKey(key, now) });
}
