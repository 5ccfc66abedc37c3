import { getRouteApi } from '@tanstack/react-router';
import { CrosshairGroup } from '@apigate/ui/charts/crosshair';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { Panel } from '@apigate/ui/panel';
import { Segmented } from '@apigate/ui/segmented';
import { useNow } from '@apigate/ui/use-now';
import { analyticsInCode } from '../../features/analytics/analytics-in-code.ts';
import type {
  AnalyticsSearch,
  AnalyticsTable,
  ChartGrouping,
} from '../../features/analytics/analytics-search.ts';
import { KeysTable } from '../../features/analytics/keys-table.tsx';
import { LatencyChart } from '../../features/analytics/latency-chart.tsx';
import { RangePicker } from '../../features/analytics/range-picker.tsx';
import { RankedUsers } from '../../features/analytics/ranked-users.tsx';
import { RequestsChart } from '../../features/analytics/requests-chart.tsx';
import { RoutesTable } from '../../features/analytics/routes-table.tsx';
import { monthOf, timeRangeOf, type TimeRange } from '../../features/analytics/time-range.ts';
import { UsersFilter } from '../../features/analytics/users-filter.tsx';
import { RequestsList } from '../../features/requests/requests-list.tsx';
import { Page } from '../../lib/page.tsx';
import { PersonFilter } from '../../lib/person-filter.tsx';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import styles from './analytics.module.css';

const route = getRouteApi('/console/analytics');

type Change = { [Name in keyof AnalyticsSearch]?: AnalyticsSearch[Name] | undefined };

export function AnalyticsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const range = timeRangeOf(search, useNow());
  const { user, by } = search;
  // Times are steps that "Back" leads back over; filters replace each other.
  const change = (change_: Change, replace: boolean) =>
    void navigate({
      search: (before) => withoutUndefined<AnalyticsSearch>({ ...before, ...change_ }),
      replace,
    });
  const changeRange = (part: Change) => change({ from: undefined, to: undefined, ...part }, false);

  return (
    <Page title="Analytics">
      <PageHeader
        title="Analytics"
        actions={
          <CodePopover
            about="The charts and the table below, with their filters."
            samples={analyticsInCode(range, search)}
          />
        }
      />
      <div className={styles.bar}>
        <PersonFilter
          key={user}
          label="Requests of a user"
          user={user}
          onChange={(name) => change({ user: name }, true)}
        />
        <RangePicker range={range} onChange={(part) => changeRange(part)} />
      </div>
      <div className={styles.by}>
        <span aria-hidden>Group by</span>
        <Segmented<ChartGrouping | 'outcome'>
          label="Group by"
          options={groupings}
          value={by ?? 'outcome'}
          onChange={(name) => change({ by: name === 'outcome' ? undefined : name }, true)}
        />
      </div>
      <CrosshairGroup>
        <div className={styles.charts}>
          <Panel>
            <RequestsChart range={range} user={user} by={by} onRange={changeRange} />
          </Panel>
          <Panel>
            <LatencyChart range={range} user={user} by={by} onRange={changeRange} />
          </Panel>
        </div>
      </CrosshairGroup>
      <div className={styles.bar}>
        <Segmented<AnalyticsTable>
          label="Table"
          options={tables}
          value={search.table ?? 'users'}
          onChange={(table) => change({ table }, true)}
        />
        <p className={styles.about}>{aboutOf(search.table ?? 'users', range)}</p>
      </div>
      <AnalyticsTableOf range={range} search={search} change={(part) => change(part, true)} />
    </Page>
  );
}

const groupings: readonly { value: ChartGrouping | 'outcome'; label: string }[] = [
  { value: 'outcome', label: 'Outcome' },
  { value: 'plan', label: 'Plan' },
  { value: 'route', label: 'Route' },
  { value: 'key', label: 'Key' },
  { value: 'user', label: 'User' },
];

const tables: readonly { value: AnalyticsTable; label: string }[] = [
  { value: 'users', label: 'By user' },
  { value: 'routes', label: 'By route' },
  { value: 'keys', label: 'By key' },
  { value: 'requests', label: 'Requests' },
];

function AnalyticsTableOf({
  range,
  search,
  change,
}: {
  range: TimeRange;
  search: AnalyticsSearch;
  change: (change: Change) => void;
}) {
  switch (search.table) {
    case 'routes':
      return <RoutesTable range={range} user={search.user} />;
    case 'keys':
      return <KeysTable range={range} user={search.user} />;
    case 'requests':
      return (
        <RequestsList
          since={range.from}
          until={range.to}
          endsNow={range.name !== null}
          user={search.user}
          outcome={search.outcome}
          onOutcome={(outcome) => change({ outcome })}
          expression={search.filter}
          expressionField={(error) => (
            <UsersFilter
              filter={search.filter}
              error={error}
              onChange={(filter) => change({ filter })}
            />
          )}
        />
      );
    case 'users':
    case undefined:
      return <RankedUsers range={range} search={search} onChange={change} />;
  }
}

const monthText = new Intl.DateTimeFormat('en-GB', {
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** Which time the table is about: figures of users and keys are kept by month, whatever the stretch above. */
function aboutOf(table: AnalyticsTable, range: TimeRange): string {
  if (table === 'routes') return 'Whole days (UTC) of the time above';
  if (table === 'requests') return 'Of the time above, newest first';
  const month = monthText.format(new Date(`${monthOf(range)}-01`));
  return `Whole of ${month} (UTC): ${table} are counted by the month`;
}
