import { trpc } from '../../lib/trpc.ts';

/** The views of a list: one's own and those that are shared. */
export function viewsQuery(list: string) {
  return trpc.views.list.queryOptions({ list }, { staleTime: 60_000 });
}
