import {
  analyticsOverview as overview,
  analyticsOverviewInput,
  keyUsageInput,
  keyUsageList,
  routeUsageInput,
  routeUsageList,
  timeseries,
  timeseriesInput,
  userUsageInput,
  userUsagePage,
} from '@apigate/contract';
import {
  analyticsKeys,
  analyticsOverview,
  analyticsRoutes,
  analyticsTimeseries,
  analyticsUsers,
} from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const analytics = router({
  overview: protectedProcedure
    .input(analyticsOverviewInput)
    .output(overview)
    .query(({ ctx, input }) => analyticsOverview(ctx, input)),
  timeseries: protectedProcedure
    .input(timeseriesInput)
    .output(timeseries)
    .query(({ ctx, input }) => analyticsTimeseries(ctx, input)),
  routes: protectedProcedure
    .input(routeUsageInput)
    .output(routeUsageList)
    .query(({ ctx, input }) => analyticsRoutes(ctx, input)),
  keys: protectedProcedure
    .input(keyUsageInput)
    .output(keyUsageList)
    .query(({ ctx, input }) => analyticsKeys(ctx, input)),
  users: protectedProcedure
    .input(userUsageInput)
    .output(userUsagePage)
    .query(({ ctx, input }) => analyticsUsers(ctx, input)),
});
