import { queryClient, trpc } from './trpc.ts';

/** Starts to fetch what everybody may know of this installation: its name, what it asks of a password. */
export function prefetchInstance(): void {
  void queryClient.prefetchQuery(trpc.auth.instance.queryOptions());
}
