import { keepPreviousData } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import type { ChartGrouping } from './analytics-search.ts';
import { monthOf, type TimeRange } from './time-range.ts';

/** Charts and sums are looked at again by themselves. */
const refetchInterval = 30_000;
/** What is shown stays in sight while another stretch is on its way. */
const options = { placeholderData: keepPreviousData, refetchInterval };

/** What a stretch adds up to, beside the one before. */
export function overviewQuery({ name, from, to }: TimeRange, user?: string) {
  const range = name === 'month' ? {} : { from, to };
  return trpc.analytics.overview.queryOptions({ ...range, ...ofUser(user) }, options);
}

/** Buckets of a stretch. @param by what requests are told apart by as well */
export function seriesQuery({ from, to, bucket }: TimeRange, user?: string, by?: ChartGrouping) {
  return trpc.analytics.timeseries.queryOptions(
    { from, to, bucket, ...ofUser(user), ...(by && { groupBy: by }) },
    options,
  );
}

/** Buckets of the stretch before. */
export function seriesBeforeQuery({ from, before, bucket }: TimeRange, user?: string) {
  return trpc.analytics.timeseries.queryOptions(
    { from: before, to: from, bucket, ...ofUser(user) },
    options,
  );
}

export function routesQuery({ from, to }: TimeRange, user?: string) {
  return trpc.analytics.routes.queryOptions({ from, to, limit: 50, ...ofUser(user) }, options);
}

export function keysQuery(range: TimeRange, user?: string) {
  return trpc.analytics.keys.queryOptions(
    { month: monthOf(range), limit: 50, ...ofUser(user) },
    options,
  );
}

function ofUser(user: string | undefined) {
  return user === undefined ? {} : { user };
}
