import { userUsageSorts, type UserUsageSort } from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { readRangeSearch, type RangeSearch } from './time-range.ts';

const analyticsTables = ['users', 'routes', 'keys', 'requests'] as const;
export type AnalyticsTable = (typeof analyticsTables)[number];

/** What the analytics page shows, as it stands in its address. */
export interface AnalyticsSearch extends RangeSearch {
  /** Whose figures; left out, everybody's. */
  user?: string;
  /** The table below the charts; users unless told. */
  table?: AnalyticsTable;
  /** Of users. */
  sort?: UserUsageSort;
  /** Of users: an expression. */
  filter?: string;
  /** Of requests: those that were refused, alone. */
  refused?: true;
}

/** Takes from an address what it understands and drops the rest. */
export function readAnalyticsSearch(search: Readonly<Record<string, unknown>>): AnalyticsSearch {
  return {
    ...readRangeSearch(search),
    ...withoutUndefined<AnalyticsSearch>({
      user: textParam(search['user']),
      table: choiceParam(search['table'], analyticsTables),
      sort: choiceParam(search['sort'], userUsageSorts),
      filter: textParam(search['filter']),
      refused: search['refused'] === true ? true : undefined,
    }),
  };
}
