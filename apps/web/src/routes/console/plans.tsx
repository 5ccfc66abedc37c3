import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { buttonClassName } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { plansInCode } from '../../features/plans/plans-in-code.ts';
import { plansQuery } from '../../features/plans/plans-query.ts';
import { PlansTable } from '../../features/plans/plans-table.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { mayRunInstallation } from '../../lib/permissions.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';

export function PlansScreen() {
  const mayChange = mayRunInstallation(useMe());
  const plans = useQuery(plansQuery);
  return (
    <Page title="Plans">
      <PageHeader
        title="Plans"
        about="What users pay, how much they may call, and what happens past that."
        actions={
          <>
            <CodePopover about="The plans, and a new one." samples={plansInCode()} />
            {mayChange && (
              <Link to="/console/plans/new" className={buttonClassName('primary')}>
                <IconPlus aria-hidden /> New plan
              </Link>
            )}
          </>
        }
      />
      {plans.error && !plans.data ? (
        <ProblemReport error={plans.error} onRetry={() => void plans.refetch()} />
      ) : (
        <PlansTable plans={plans.data?.data} mayChange={mayChange} />
      )}
    </Page>
  );
}
