import { alerts as alertsSchema, alertsInput, updateAlertsInput } from '@apigate/contract';
import { getAlerts, updateAlerts } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const alerts = router({
  get: protectedProcedure
    .input(alertsInput)
    .output(alertsSchema)
    .query(({ ctx, input }) => getAlerts(ctx, input)),
  update: protectedProcedure
    .input(updateAlertsInput)
    .output(alertsSchema)
    .mutation(({ ctx, input }) => updateAlerts(ctx, input)),
});
