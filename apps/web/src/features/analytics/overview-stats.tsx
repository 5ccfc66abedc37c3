import { useQuery } from '@tanstack/react-query';
import { msText } from '../../lib/measure-text.ts';
import { numberText, percentText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { Stat } from '../../lib/stat.ts';
import { overviewQuery, seriesQuery } from './analytics-queries.ts';
import type { RangeSearch, TimeRange } from './time-range.ts';
import styles from './overview-stats.module.css';

export interface OverviewStatsProps {
  range: TimeRange;
  /** The range as addresses carry it. */
  search: RangeSearch;
}

/** The five numbers that tell how it goes; each leads to what is behind it. */
export function OverviewStats({ range, search }: OverviewStatsProps) {
  const overview = useQuery(overviewQuery(range));
  const { data: series } = useQuery(seriesQuery(range));
  const { data } = overview;
  if (overview.error && data === undefined)
    return <ProblemReport error={overview.error} onRetry={() => void overview.refetch()} />;
  const comparedWith = range.beforeText.toLowerCase();
  // What is yet to come has no course.
  const passed = series?.data.filter(({ at }) => at <= new Date());
  return (
    <div className={styles.stats}>
      <Stat
        to="/console/analytics"
        search={{ ...search, table: 'users', sort: 'requests' }}
        label="Requests"
        value={data?.requests}
        formatValue={numberText}
        previous={data?.previous.requests}
        comparedWith={comparedWith}
        course={passed?.map(({ requests }) => requests)}
      />
      <Stat
        to="/console/analytics"
        search={{ ...search, table: 'users', sort: 'errors' }}
        label="Errors"
        value={data?.errorPercent}
        formatValue={percentText}
        previous={data?.previous.errorPercent}
        comparedWith={comparedWith}
        changeIn="points"
        better="down"
        course={passed?.map(({ errorPercent }) => errorPercent)}
      />
      <Stat
        to="/console/analytics"
        search={{ ...search, table: 'routes' }}
        label="Latency, p95"
        value={data?.latencyMs.p95}
        formatValue={msText}
        previous={data?.previous.latencyMs.p95}
        comparedWith={comparedWith}
        better="down"
        course={passed?.map(({ latencyMs }) => latencyMs.p95)}
      />
      <Stat
        to="/console/analytics"
        search={{ ...search, table: 'users', sort: 'last_active' }}
        label="Active users"
        value={data?.activeUsers}
        formatValue={numberText}
        previous={data?.previous.activeUsers}
        comparedWith={comparedWith}
        better="up"
      />
      <Stat
        to="/console/analytics"
        search={{ ...search, table: 'requests', outcome: 'refused' }}
        label="Refused"
        value={data?.outcomes.refused}
        formatValue={numberText}
        previous={data?.previous.outcomes.refused}
        comparedWith={comparedWith}
        better="down"
        course={passed?.map(({ outcomes }) => outcomes.refused)}
      />
    </div>
  );
}
