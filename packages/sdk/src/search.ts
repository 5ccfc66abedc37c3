import type { Transport } from './transport.ts';
import type { SearchInput, SearchResult } from './types.ts';

/** Everything by name. */
export function searchApi(transport: Transport) {
  return {
    /**
     * What the caller may see of all that `q` names: part of a name or an address, the start or the end of a key, a whole
     * key, an id. Sent in a body, and logged nowhere.
     */
    find: (q: string, options: Omit<SearchInput, 'q'> = {}): Promise<SearchResult> =>
      transport.mutate('search.find', { ...options, q }),
  };
}
