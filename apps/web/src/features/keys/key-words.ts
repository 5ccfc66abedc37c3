import type { Key, KeyKind, KeyStatus } from '@apigate/contract';

export const keyStatusText = {
  live: 'Live',
  disabled: 'Disabled',
  expired: 'Expired',
  replaced: 'Replaced',
  revoked: 'Revoked',
} as const satisfies Record<KeyStatus, string>;

export const keyKindText = {
  key: 'API key',
  basic: 'Key id and secret',
} as const satisfies Record<KeyKind, string>;

/** Whether a key is over for good. */
export function isEnded(status: KeyStatus): boolean {
  return status === 'revoked' || status === 'replaced';
}

/** Whether a key was replaced and still works. */
export function isRetiring({ replacedBy, status }: Key): boolean {
  return replacedBy !== null && !isEnded(status);
}
