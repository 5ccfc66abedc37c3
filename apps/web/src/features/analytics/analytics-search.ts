import {
  usageOutcomes,
  userUsageSorts,
  type UsageOutcome,
  type UserUsageSort,
} from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { readRangeSearch, type RangeSearch } from './time-range.ts';

const analyticsTables = ['users', 'routes', 'keys', 'requests'] as const;
export type AnalyticsTable = (typeof analyticsTables)[number];

const chartGroupings = ['plan', 'route', 'key', 'user'] as const;
/** What the charts tell apart in place of outcomes. */
export type ChartGrouping = (typeof chartGroupings)[number];

/** What the analytics page shows, as it stands in its address. */
export interface AnalyticsSearch extends RangeSearch {
  /** Whose figures; left out, everybody's. */
  user?: string;
  /** What the charts tell apart; outcomes unless told. */
  by?: ChartGrouping;
  /** The table below the charts; users unless told. */
  table?: AnalyticsTable;
  /** Of users. */
  sort?: UserUsageSort;
  /** Of users, and of requests by those who sent them: an expression. */
  filter?: string;
  /** Of requests. */
  outcome?: UsageOutcome;
}

/** Takes from an address what it understands and drops the rest. */
export function readAnalyticsSearch(search: Readonly<Record<string, unknown>>): AnalyticsSearch {
  return {
    ...readRangeSearch(search),
    ...withoutUndefined<AnalyticsSearch>({
      user: textParam(search['user']),
      by: choiceParam(search['by'], chartGroupings),
      table: choiceParam(search['table'], analyticsTables),
      sort: choiceParam(search['sort'], userUsageSorts),
      filter: textParam(search['filter']),
      outcome: choiceParam(search['outcome'], usageOutcomes),
    }),
  };
}
