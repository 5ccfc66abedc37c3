import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import {
  createTRPCClient,
  getFetch,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
} from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import superjson from 'superjson';
import type { AppRouter } from '@apigate/api/router';
import { errorCodeOf } from './error-text.ts';
import { PostEventSource } from './post-event-source.ts';
import { refreshLink } from './refresh-link.ts';
import { firstFetch } from './first-fetch.ts';
import { endSession } from './session.ts';

/** Acts on what an error says of the session itself. */
export function noticeRefusal(error: unknown): void {
  const code = errorCodeOf(error);
  if (code === 'unauthenticated') endSession('expired');
  // The next change of page then finds out that it leads to where a second factor is set up.
  if (code === 'second_factor_enrolment_required') {
    void queryClient.invalidateQueries(trpc.auth.me.pathFilter());
  }
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeRefusal }),
  mutationCache: new MutationCache({ onError: noticeRefusal }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused once it refuses again; silence is worth a second try.
      retry: (failures, error) => failures < 2 && errorCodeOf(error) === undefined,
    },
  },
});

const http = { url: '/trpc', transformer: superjson, methodOverride: 'POST' } as const;

/** For the context of a call that leaves at once; others wait until the page is rendered, and go together. */
export const atOnce = { atOnce: true };

/** The calls themselves, for queries that `trpc` has no options for. */
export const client = createTRPCClient<AppRouter>({
  links: [
    refreshLink,
    // fetch sends the cookies of its own origin by itself.
    // POST throughout: it always says which site it comes from, which a GET over plain http does not, and what is asked
    // for, a token of a mail among it, stays out of the address.
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({
        url: '/trpc',
        transformer: superjson,
        EventSource: PostEventSource,
      }),
      false: splitLink({
        condition: ({ context }) => context['atOnce'] === true,
        true: httpLink({ ...http, fetch: getFetch(firstFetch) }),
        false: httpBatchLink(http),
      }),
    }),
  ],
});

export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
