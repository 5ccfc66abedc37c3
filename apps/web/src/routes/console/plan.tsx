import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { Status } from '@apigate/ui/status';
import { EditPlan } from '../../features/plans/edit-plan.tsx';
import { PlanActions } from '../../features/plans/plan-actions.tsx';
import { PlanReading } from '../../features/plans/plan-reading.tsx';
import { planInCode } from '../../features/plans/plans-in-code.ts';
import { useMe } from '../../lib/me.ts';
import { numberText } from '../../lib/number-text.ts';
import { Page } from '../../lib/page.tsx';
import { mayRunInstallation } from '../../lib/permissions.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { PendingScreen } from '../pending.tsx';
import back from '../back.module.css';

const route = getRouteApi('/console/plans/$plan');

export function PlanScreen() {
  const { plan } = route.useParams();
  return (
    <Page title="Plan">
      <Link to="/console/plans" className={back.back}>
        <IconArrowLeft aria-hidden size="1rem" /> Plans
      </Link>
      <QueryBoundary key={plan} pending={<PendingScreen />}>
        <PlanPage slug={plan} />
      </QueryBoundary>
    </Page>
  );
}

function PlanPage({ slug }: { slug: string }) {
  const mayChange = mayRunInstallation(useMe());
  const navigate = route.useNavigate();
  const { data: plan } = useSuspenseQuery(trpc.plans.get.queryOptions({ plan: slug }));
  return (
    <>
      <title>{`${plan.name} · apigate`}</title>
      <PageHeader
        title={plan.name}
        meta={
          <Status
            tone={plan.enabled ? 'good' : 'idle'}
            word={plan.isDefault ? 'The default' : plan.enabled ? 'Offered' : 'Off'}
          />
        }
        about={
          <Link to="/console/users" search={{ plan: plan.slug }}>
            {numberText(plan.userCount ?? 0)} {plan.userCount === 1 ? 'user' : 'users'}
          </Link>
        }
        actions={
          mayChange ? (
            <PlanActions plan={plan} onDeleted={async () => navigate({ to: '/console/plans' })} />
          ) : (
            <CodePopover about="This plan." samples={planInCode(plan)} />
          )
        }
      />
      {mayChange ? (
        <EditPlan
          key={plan.id}
          plan={plan}
          onSaved={(saved) => {
            if (saved.slug !== slug) {
              void navigate({ params: { plan: saved.slug }, replace: true });
            }
          }}
        />
      ) : (
        <PlanReading plan={plan} />
      )}
    </>
  );
}
