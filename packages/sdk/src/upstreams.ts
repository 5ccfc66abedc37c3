import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  CreateUpstreamInput,
  ListUpstreamsInput,
  UpdateUpstreamInput,
  Upstream,
} from './types.ts';

/** The APIs behind the proxy. A `ref` is an id or name. */
export function upstreamsApi(transport: Transport) {
  return {
    /** `await` for one page, `for await` for every upstream. */
    list: (input: ListUpstreamsInput = {}): Listing<Upstream> =>
      listing((cursor = input.cursor) => transport.query('upstreams.list', { ...input, cursor })),
    get: (ref: string): Promise<Upstream> => transport.query('upstreams.get', { upstream: ref }),
    create: (input: CreateUpstreamInput): Promise<Upstream> =>
      transport.mutate('upstreams.create', input),
    /** Changes what is given; `null` clears. */
    update: (ref: string, changes: Omit<UpdateUpstreamInput, 'upstream'>): Promise<Upstream> =>
      transport.mutate('upstreams.update', { ...changes, upstream: ref }),
    /** Refused while routes lead to it. */
    delete: (ref: string): Promise<{ id: string }> =>
      transport.mutate('upstreams.delete', { upstream: ref }),
  };
}
