import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  CreatedServiceKey,
  CreateServiceKeyInput,
  ListServiceKeysInput,
  ServiceKey,
} from './types.ts';

/** Service keys, which programs call the control plane with, by id. */
export function serviceKeysApi(transport: Transport) {
  return {
    /** Newest first, revoked ones included; `await` for one page, `for await` for every one. */
    list: (input: ListServiceKeysInput = {}): Listing<ServiceKey> =>
      listing((cursor = input.cursor) => transport.query('serviceKeys.list', { ...input, cursor })),
    /** The answer holds the `secret`, this once. */
    create: (input: CreateServiceKeyInput): Promise<CreatedServiceKey> =>
      transport.mutate('serviceKeys.create', input),
    /** Final: the key stops at once. */
    revoke: (id: string): Promise<ServiceKey> =>
      transport.mutate('serviceKeys.revoke', { serviceKey: id }),
  };
}
