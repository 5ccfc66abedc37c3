import type { Key } from '@apigate/contract';

/** A key as it is shown once its secret is gone: `ak_7Hq2…f702`. */
export function keyText(key: Pick<Key, 'prefix' | 'lastFour'>): string {
  return `${key.prefix}…${key.lastFour}`;
}
