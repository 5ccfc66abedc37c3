import { briefly } from '../lib/briefly.ts';
import { queryClient, trpc } from '../lib/trpc.ts';

/** The page of one request, in the console and in the portal. */
export const requestRouteOptions = {
  path: 'requests/$requestId',
  loader: ({ params: { requestId } }: { params: { requestId: string } }) =>
    briefly(queryClient.prefetchQuery(trpc.usage.explain.queryOptions({ request: requestId }))),
} as const;
