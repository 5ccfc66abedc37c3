import { searchInput, searchResult } from '@apigate/contract';
import { search as searchAll } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const search = router({
  // Changes nothing. What is looked for may be a whole key, and only what travels as a mutation is never in an address.
  find: protectedProcedure
    .input(searchInput)
    .output(searchResult)
    .mutation(({ ctx, input }) => searchAll(ctx, input)),
});
