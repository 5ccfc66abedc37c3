import { isRetiring } from '../../features/keys/key-words.ts';
import { lastRequestsQuery } from '../../features/requests/requests-query.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

/**
 * Fetches what the page of a key reads: the key, its last requests and, while it is being replaced, who still calls
 * with it.
 */
export async function prefetchKey(id: string): Promise<void> {
  const query = trpc.keys.get.queryOptions({ key: id });
  await queryClient.prefetchQuery(query);
  const key = queryClient.getQueryData(query.queryKey);
  if (key === undefined) return;
  await Promise.all([
    queryClient.prefetchInfiniteQuery(lastRequestsQuery({ user: key.user.id, key: id })),
    isRetiring(key) && queryClient.prefetchQuery(trpc.keys.rotation.queryOptions({ key: id })),
  ]);
}
