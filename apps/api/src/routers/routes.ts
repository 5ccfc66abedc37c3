import {
  createRouteInput,
  id,
  listRoutesInput,
  route,
  routePage,
  routeRef,
  routeTest,
  testRouteInput,
  updateRouteInput,
} from '@apigate/contract';
import {
  createRoute,
  deleteRoute,
  getRoute,
  listRoutes,
  testRoute,
  updateRoute,
} from '@apigate/domain';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc.ts';

export const routes = router({
  list: protectedProcedure
    .input(listRoutesInput)
    .output(routePage)
    .query(({ ctx, input }) => listRoutes(ctx, input)),
  get: protectedProcedure
    .input(routeRef)
    .output(route)
    .query(({ ctx, input }) => getRoute(ctx, input)),
  create: protectedProcedure
    .input(createRouteInput)
    .output(route)
    .mutation(({ ctx, input }) => createRoute(ctx, input)),
  update: protectedProcedure
    .input(updateRouteInput)
    .output(route)
    .mutation(({ ctx, input }) => updateRoute(ctx, input)),
  delete: protectedProcedure
    .input(routeRef)
    .output(z.object({ id }))
    .mutation(({ ctx, input }) => deleteRoute(ctx, input)),
  test: protectedProcedure
    .input(testRouteInput)
    .output(routeTest)
    .query(({ ctx, input }) => testRoute(ctx, input)),
});
