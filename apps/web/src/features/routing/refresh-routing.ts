import { queryClient, trpc } from '../../lib/trpc.ts';

/** After a change to a route or an upstream: both lists, and what the tester says. */
export async function refreshRouting(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries(trpc.routes.pathFilter()),
    queryClient.invalidateQueries(trpc.upstreams.pathFilter()),
  ]);
}
