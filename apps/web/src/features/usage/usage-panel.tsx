import { useSuspenseQuery } from '@tanstack/react-query';
import { TimeChart } from '@apigate/ui/charts/time-chart';
import { Panel } from '@apigate/ui/panel';
import { Skeleton } from '@apigate/ui/skeleton';
import { outcomeSeries } from '../../lib/outcome-series.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { dayMs, daysOfPeriod } from './days-of-period.ts';
import { QuotaBar } from './quota-bar.tsx';
import styles from './usage-panel.module.css';

export interface UsagePanelProps {
  /** Whose usage; left out, one's own. */
  user?: string;
  planName: string;
}

/** What was used of the quota this month, day by day, and what became of the requests. */
export function UsagePanel({ user, planName }: UsagePanelProps) {
  return (
    <Panel title="This month" aside={<span className={styles.plan}>{planName} plan</span>}>
      <QueryBoundary pending={<PendingUsage />}>
        <Usage {...(user !== undefined && { user })} />
      </QueryBoundary>
    </Panel>
  );
}

function Usage({ user }: { user?: string }) {
  const { data } = useSuspenseQuery(
    trpc.usage.summary.queryOptions(user === undefined ? {} : { user }),
  );
  return (
    <div className={styles.usage}>
      <QuotaBar quota={data.quota} forecast={data.forecast} />
      <TimeChart {...chart} points={daysOfPeriod(data)} />
    </div>
  );
}

const chart = {
  label: 'Requests by day',
  kind: 'bars',
  series: outcomeSeries,
  stepMs: dayMs,
  empty: 'No requests yet this month.',
} as const;

const quotaBarHeightPx = 82;

function PendingUsage() {
  return (
    <div className={styles.usage}>
      <Skeleton heightPx={quotaBarHeightPx} />
      <TimeChart {...chart} points={undefined} />
    </div>
  );
}
