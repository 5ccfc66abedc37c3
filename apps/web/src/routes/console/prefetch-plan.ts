import { fetchMe } from '../../lib/me.ts';
import { mayRunInstallation } from '../../lib/permissions.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { planEffectQuery } from '../../features/plans/plan-effect-query.ts';

/** Fetches what the page of a plan reads: the plan and, for those who may change it, what its limits do. */
export async function prefetchPlan(slug: string): Promise<void> {
  const query = trpc.plans.get.queryOptions({ plan: slug });
  await queryClient.prefetchQuery(query);
  const plan = queryClient.getQueryData(query.queryKey);
  if (plan === undefined || !mayRunInstallation(await fetchMe())) return;
  await queryClient.prefetchQuery(planEffectQuery(plan.id, plan));
}
