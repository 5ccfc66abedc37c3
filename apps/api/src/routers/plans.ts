import {
  choosePlanInput,
  createPlanInput,
  id,
  listPlansInput,
  plan,
  planEffect as planEffectSchema,
  planEffectInput,
  planPage,
  planRef,
  updatePlanInput,
  user,
} from '@apigate/contract';
import {
  choosePlan,
  createPlan,
  deletePlan,
  getPlan,
  listPlans,
  planEffect,
  updatePlan,
} from '@apigate/domain';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc.ts';

export const plans = router({
  list: protectedProcedure
    .input(listPlansInput)
    .output(planPage)
    .query(({ ctx, input }) => listPlans(ctx, input)),
  get: protectedProcedure
    .input(planRef)
    .output(plan)
    .query(({ ctx, input }) => getPlan(ctx, input)),
  choose: protectedProcedure
    .input(choosePlanInput)
    .output(user)
    .mutation(({ ctx, input }) => choosePlan(ctx, input)),
  create: protectedProcedure
    .input(createPlanInput)
    .output(plan)
    .mutation(({ ctx, input }) => createPlan(ctx, input)),
  update: protectedProcedure
    .input(updatePlanInput)
    .output(plan)
    .mutation(({ ctx, input }) => updatePlan(ctx, input)),
  delete: protectedProcedure
    .input(planRef)
    .output(z.object({ id }))
    .mutation(({ ctx, input }) => deletePlan(ctx, input)),
  effect: protectedProcedure
    .input(planEffectInput)
    .output(planEffectSchema)
    .query(({ ctx, input }) => planEffect(ctx, input)),
});
