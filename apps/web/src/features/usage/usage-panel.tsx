import { useSuspenseQuery } from '@tanstack/react-query';
import type { UsageSummary } from '@apigate/contract';
import { Panel } from '@apigate/ui/panel';
import { Skeleton } from '@apigate/ui/skeleton';
import { StackedBars } from '@apigate/ui/stacked-bars';
import { numberText } from '../../lib/number-text.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { daysOfPeriod } from './days-of-period.ts';
import { outcomeSeries } from './outcome-series.ts';
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
      <QueryBoundary pending={<Skeleton heightPx={332} />}>
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
      <QuotaBar quota={data.quota} />
      {data.requests === 0 ? (
        <p className={styles.none}>No requests yet this month.</p>
      ) : (
        <>
          <StackedBars label="Requests by day" series={outcomeSeries} bars={daysOfPeriod(data)} />
          <Outcomes summary={data} />
        </>
      )}
    </div>
  );
}

/** The sums of the bars, which are their legend too. */
function Outcomes({ summary }: { summary: UsageSummary }) {
  return (
    <dl className={styles.counts}>
      <div>
        <dt>Requests</dt>
        <dd data-numeric>{numberText(summary.requests)}</dd>
      </div>
      {outcomeSeries.map(({ id, name, about, color, count }) => (
        <div key={id} title={about}>
          <dt>
            <span className={styles.swatch} style={{ background: `var(--chart-${color})` }} />
            {name}
          </dt>
          <dd data-numeric>{numberText(count(summary.outcomes))}</dd>
        </div>
      ))}
    </dl>
  );
}
