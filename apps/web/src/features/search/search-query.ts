import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../lib/trpc.ts';

/** What `q` names. May be a whole key: it is kept for as long as the answer is in sight, and no longer. */
export function searchQuery(q: string) {
  return queryOptions({
    queryKey: ['search', q],
    queryFn: ({ signal }) => client.search.find.mutate({ q: q.slice(0, 100) }, { signal }),
    enabled: q !== '',
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
}
