import {
  explainUsageInput,
  listUsageEventsInput,
  meteredEvents,
  meterEventsInput,
  refusalExplanation,
  tailUsageInput,
  usageEventPage,
  usageSummary as usageSummarySchema,
  usageSummaryInput,
} from '@apigate/contract';
import { explainUsage, listUsageEvents, meterEvents, usageSummary } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';
import { watchUsage } from '../watch-usage.ts';

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
  tail: protectedProcedure
    .input(tailUsageInput)
    .subscription(({ ctx, input }) => watchUsage(ctx, input)),
  meter: protectedProcedure
    .input(meterEventsInput)
    .output(meteredEvents)
    .mutation(({ ctx, input }) => meterEvents(ctx, ctx.deps.gate, input)),
});
