import { keepPreviousData } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import type { PlanLimits } from './plan-draft.ts';

/** What limits would do to the users of a plan. @param plan its id */
export function planEffectQuery(
  plan: string,
  { requestsPerMonth, rateLimitPerMinute, burst, enforcement }: PlanLimits,
) {
  return trpc.plans.effect.queryOptions(
    { plan, requestsPerMonth, rateLimitPerMinute, burst, enforcement },
    { placeholderData: keepPreviousData, staleTime: 30_000, retry: false },
  );
}
