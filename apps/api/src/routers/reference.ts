import { apiReferenceAnswer, fetchReferenceInput, referenceSourceAnswer } from '@apigate/contract';
import { fetchReference, getReference, getReferenceSource, removeReference } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const reference = router({
  get: protectedProcedure.output(apiReferenceAnswer).query(({ ctx }) => getReference(ctx)),
  source: protectedProcedure
    .output(referenceSourceAnswer)
    .query(({ ctx }) => getReferenceSource(ctx)),
  fetch: protectedProcedure
    .input(fetchReferenceInput)
    .output(referenceSourceAnswer)
    .mutation(({ ctx, input }) => fetchReference(ctx, input)),
  remove: protectedProcedure
    .output(referenceSourceAnswer)
    .mutation(({ ctx }) => removeReference(ctx)),
});
