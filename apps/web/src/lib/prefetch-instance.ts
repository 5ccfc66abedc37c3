import { queryClient, trpc } from './trpc.ts';

/** Fetches what everybody may know of this installation: its name, what it asks of a password. */
export function prefetchInstance(): Promise<void> {
  return queryClient.prefetchQuery(trpc.auth.instance.queryOptions());
}
