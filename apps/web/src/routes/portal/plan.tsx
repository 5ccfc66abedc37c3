import { useSuspenseQuery } from '@tanstack/react-query';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { useNow } from '@apigate/ui/use-now';
import { ownPlanInCode } from '../../features/plans/own-plan-in-code.ts';
import { PlanComparison } from '../../features/plans/plan-comparison.tsx';
import { plansQuery } from '../../features/plans/plans-query.ts';
import { fullAt } from '../../features/usage/full-at.ts';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';

export function PlanScreen() {
  const me = useMe();
  return (
    <Page title="Plan">
      <PageHeader
        title="Plan"
        about="What each plan allows, and how your use of this month fits it."
        actions={
          <CodePopover
            about="The plans, and a change of yours."
            samples={ownPlanInCode(me.plan.slug)}
          />
        }
      />
      <QueryBoundary pending={<Skeleton heightPx={440} />}>
        <Plans ownId={me.plan.id} />
      </QueryBoundary>
    </Page>
  );
}

function Plans({ ownId }: { ownId: string }) {
  const nowMs = useNow();
  const { data: plans } = useSuspenseQuery(plansQuery);
  const { data: usage } = useSuspenseQuery(trpc.usage.summary.queryOptions({}));
  const { data: instance } = useSuspenseQuery(trpc.auth.instance.queryOptions());
  const { quota, forecast } = usage;
  return (
    <PlanComparison
      plans={plans.data}
      ownId={ownId}
      usage={quota}
      fullAt={(limit) => fullAt(quota, forecast, limit, nowMs)}
      instance={instance}
    />
  );
}
