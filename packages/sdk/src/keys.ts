import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type { CreatedKey, CreateKeyInput, Key, ListKeysInput, UpdateKeyInput } from './types.ts';

/** API keys, by id. */
export function keysApi(transport: Transport) {
  return {
    /** Newest first; `await` for one page, `for await` for every key. */
    list: (input: ListKeysInput = {}): Listing<Key> =>
      listing((cursor = input.cursor) => transport.query('keys.list', { ...input, cursor })),
    get: (id: string): Promise<Key> => transport.query('keys.get', { key: id }),
    /** The answer holds the `secret`, this once. */
    create: (input: CreateKeyInput): Promise<CreatedKey> => transport.mutate('keys.create', input),
    /** Changes what is given; `enabled: false` stops the key until it is enabled again. */
    update: (id: string, changes: Omit<UpdateKeyInput, 'key'>): Promise<Key> =>
      transport.mutate('keys.update', { ...changes, key: id }),
    /** Final: the key stops at once. */
    revoke: (id: string): Promise<Key> => transport.mutate('keys.revoke', { key: id }),
  };
}
