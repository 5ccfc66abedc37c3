import { getRouteApi, Link } from '@tanstack/react-router';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { Panel } from '@apigate/ui/panel';
import { useNow } from '@apigate/ui/use-now';
import { overviewInCode } from '../../features/analytics/analytics-in-code.ts';
import { AttentionList } from '../../features/analytics/attention-list.tsx';
import { OverviewStats } from '../../features/analytics/overview-stats.tsx';
import { RangePicker } from '../../features/analytics/range-picker.tsx';
import { RequestsChart } from '../../features/analytics/requests-chart.tsx';
import { timeRangeOf, type RangeSearch } from '../../features/analytics/time-range.ts';
import { TopUsers } from '../../features/analytics/top-users.tsx';
import { LiveStrip } from '../../features/requests/live-strip.tsx';
import { Page } from '../../lib/page.tsx';
import styles from './overview.module.css';

const route = getRouteApi('/console/');

export function OverviewScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = timeRangeOf(search, useNow());
  // A zoom keeps the named range behind it, to lead back to.
  const onZoom = (part: RangeSearch) =>
    void navigate({ search: ({ range: name }) => ({ ...(name && { range: name }), ...part }) });

  return (
    <Page title="Overview">
      <div className={styles.head}>
        <PageHeader
          title="Overview"
          actions={<CodePopover about="The numbers below." samples={overviewInCode(range)} />}
        />
        <RangePicker range={range} onChange={(part) => void navigate({ search: part })} />
      </div>
      <AttentionList />
      <OverviewStats range={range} search={search} />
      <Panel>
        <RequestsChart range={range} onRange={onZoom} />
      </Panel>
      <div className={styles.halves}>
        <Panel
          title="Top users this month"
          frame="none"
          aside={
            <Link to="/console/analytics" search={{ ...search, table: 'users' }}>
              All users
            </Link>
          }
        >
          <TopUsers range={range} />
        </Panel>
        <LiveStrip />
      </div>
    </Page>
  );
}
