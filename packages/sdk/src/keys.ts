import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  CreatedKey,
  CreateKeyInput,
  Key,
  KeyRotation,
  KeyRotationInUse,
  ListKeysInput,
  RotatedKey,
  RotateKeyInput,
  UpdateKeyInput,
} from './types.ts';
import { keyVerifier } from './verify-key.ts';

/** API keys, by id. */
export function keysApi(transport: Transport) {
  const verify = keyVerifier(transport);
  return {
    /** Newest first; `await` for one page, `for await` for every key. */
    list: (input: ListKeysInput = {}): Listing<Key> =>
      listing((cursor = input.cursor) => transport.query('keys.list', { ...input, cursor })),
    get: (id: string): Promise<Key> => transport.query('keys.get', { key: id }),
    /** The scopes that routes ask for. */
    scopes: (): Promise<{ data: string[] }> => transport.query('keys.scopes'),
    /** The answer holds the `secret`, this once. */
    create: (input: CreateKeyInput): Promise<CreatedKey> => transport.mutate('keys.create', input),
    /** Changes what is given; `enabled: false` stops the key until it is enabled again. */
    update: (id: string, changes: Omit<UpdateKeyInput, 'key'>): Promise<Key> =>
      transport.mutate('keys.update', { ...changes, key: id }),
    /** Final: the key stops at once. */
    revoke: (id: string): Promise<Key> => transport.mutate('keys.revoke', { key: id }),
    /** Puts a successor in its place; both work for a day, or for `overlapSeconds`. The answer holds its `secret`. */
    rotate: (id: string, options: Omit<RotateKeyInput, 'key'> = {}): Promise<RotatedKey> =>
      transport.mutate('keys.rotate', { ...options, key: id }),
    /** A rotation, by the id of either key, and who has called with the old one since it began. */
    rotation: (id: string): Promise<KeyRotationInUse> =>
      transport.query('keys.rotation', { key: id }),
    /** The successor is revoked, and the old key goes on. */
    cancelRotation: (id: string): Promise<KeyRotation> =>
      transport.mutate('keys.cancelRotation', { key: id }),
    /** The old key stops now. */
    finishRotation: (id: string): Promise<KeyRotation> =>
      transport.mutate('keys.finishRotation', { key: id }),
    /**
     * Whether a customer's key is good for a request; needs a service key with `keys:verify`. With `count: true` it is
     * counted, and sent once.
     */
    verify,
  };
}
