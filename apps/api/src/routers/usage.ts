import {
  explainUsageInput,
  listUsageEventsInput,
  refusalExplanation,
  usageEventPage,
  usageSummary as usageSummarySchema,
  usageSummaryInput,
} from '@apigate/contract';
import { explainUsage, listUsageEvents, usageSummary } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const usage = router({
  summary: protectedProcedure
    .input(usageSummaryInput)
    .output(usageSummarySchema)
    .query(({ ctx, input }) => usageSummary(ctx, input)),
  events: protectedProcedure
    .input(listUsageEventsInput)
    .output(usageEventPage)
    .query(({ ctx, input }) => listUsageEvents(ctx, input)),
  explain: protectedProcedure
    .input(explainUsageInput)
    .output(refusalExplanation)
    .query(({ ctx, input }) => explainUsage(ctx, input)),
});
