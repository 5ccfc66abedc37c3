import { queryClient, trpc } from '../../lib/trpc.ts';

/** After a change to a plan: everything that may show it is asked for again. */
export async function refreshPlans(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries(trpc.plans.pathFilter()),
    queryClient.invalidateQueries(trpc.users.pathFilter()),
    queryClient.invalidateQueries(trpc.usage.pathFilter()),
  ]);
}
