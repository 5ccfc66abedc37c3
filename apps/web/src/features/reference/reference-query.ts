import { trpc } from '../../lib/trpc.ts';

/** What the API offers. It changes when an admin gives another document, which is rare. */
export const referenceQuery = trpc.reference.get.queryOptions(undefined, { staleTime: 5 * 60_000 });
