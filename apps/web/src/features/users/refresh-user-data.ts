import { queryClient, trpc } from '../../lib/trpc.ts';

/** After a change to a user: everything that may show it is asked for again. */
export async function refreshUserData(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries(trpc.users.pathFilter()),
    queryClient.invalidateQueries(trpc.usage.pathFilter()),
    queryClient.invalidateQueries(trpc.sessions.pathFilter()),
    queryClient.invalidateQueries(trpc.audit.list.pathFilter()),
  ]);
}
