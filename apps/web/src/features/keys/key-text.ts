import type { Key } from '@apigate/contract';

/** A key as it is shown once its secret is gone: `ak_7Hq2…f702`, or the key id that was chosen. */
export function keyText(key: Pick<Key, 'keyId' | 'prefix' | 'lastFour'>): string {
  return key.keyId ?? `${key.prefix}…${key.lastFour}`;
}
