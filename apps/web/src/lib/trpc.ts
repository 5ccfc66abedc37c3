import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import superjson from 'superjson';
import type { AppRouter } from '@apigate/api/router';
import { errorCodeOf } from './error-text.ts';
import { refreshLink } from './refresh-link.ts';
import { endSession } from './session.ts';

function noticeSessionEnd(error: unknown): void {
  if (errorCodeOf(error) === 'unauthenticated') endSession('expired');
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSessionEnd }),
  mutationCache: new MutationCache({ onError: noticeSessionEnd }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused once it refuses again; silence is worth a second try.
      retry: (failures, error) => failures < 2 && errorCodeOf(error) === undefined,
    },
  },
});

/** The calls themselves, for queries that `trpc` has no options for. */
export const client = createTRPCClient<AppRouter>({
  links: [
    refreshLink,
    // fetch sends the cookies of its own origin by itself.
    httpBatchLink({ url: '/trpc', transformer: superjson }),
  ],
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
