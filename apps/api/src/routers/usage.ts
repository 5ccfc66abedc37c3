import {
  listUsageEventsInput,
  usageEventPage,
  usageSummary as usageSummarySchema,
  usageSummaryInput,
} from '@apigate/contract';
import { listUsageEvents, usageSummary } from '@apigate/domain';
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
});
