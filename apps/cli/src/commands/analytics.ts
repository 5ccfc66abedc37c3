import {
  analyticsOverviewInput,
  keyUsage,
  keyUsageInput,
  routeUsage,
  routeUsageInput,
  timeBucket,
  timeseriesGroup,
  timeseriesInput,
  timeseriesPoint,
  usageDimension,
  userUsage,
  userUsageInput,
  userUsageSort,
} from '@apigate/contract';
import type {
  AnalyticsOverview,
  KeyUsage,
  RouteUsage,
  TimeseriesGroup,
  TimeseriesPoint,
  UsageFigures,
  UserUsage,
} from '@apigate/sdk';
import type { Command } from 'commander';
import type { z } from 'zod';
import { number, oneOf, text, time } from '../flags.ts';
import { bytes, count, limit, orDash, state, time as at } from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb } from '../verb.ts';

const percent = (value: number | null) => (value === null ? orDash(null) : `${value} %`);
const latency = (ms: number | null) => (ms === null ? orDash(null) : `${ms.toFixed(1)} ms`);

const countOrDash = (value: number | null) => (value === null ? orDash(null) : count(value));

const figureColumns = {
  Requests: (figures: UsageFigures) => count(figures.requests),
  Units: (figures: UsageFigures) => count(figures.units),
  Errors: (figures: UsageFigures) => percent(figures.errorPercent),
  p50: ({ latencyMs }: UsageFigures) => latency(latencyMs.p50),
  p95: ({ latencyMs }: UsageFigures) => latency(latencyMs.p95),
  p99: ({ latencyMs }: UsageFigures) => latency(latencyMs.p99),
  'Bytes out': (figures: UsageFigures) => bytes(figures.bytesOut),
};

const overviewView = {
  columns: {
    Period: (overview: AnalyticsOverview) =>
      `${at(overview.periodStart)} to ${at(overview.periodEnd)}`,
    ...figureColumns,
    Refused: ({ outcomes }: AnalyticsOverview) => count(outcomes.refused ?? 0),
    'Active users': ({ activeUsers }: AnalyticsOverview) => countOrDash(activeUsers),
    'Quota used': ({ quota }: AnalyticsOverview) =>
      quota === null
        ? orDash(null)
        : `${count(quota.used)} of ${limit(quota.limit)}${quota.percent === null ? '' : ` (${quota.percent} %)`}`,
    'Requests at the end': ({ forecast }: AnalyticsOverview) =>
      countOrDash(forecast?.requests ?? null),
    'Quota reached': ({ forecast }: AnalyticsOverview) => at(forecast?.quotaReachedAt ?? null),
    'Requests before': ({ previous }: AnalyticsOverview) => count(previous.requests),
    'Active users before': ({ previous }: AnalyticsOverview) => countOrDash(previous.activeUsers),
  },
  details: {},
};

const pointView: View<TimeseriesPoint> = {
  plural: 'points',
  schema: timeseriesPoint,
  columns: { At: (point) => at(point.at), ...figureColumns },
  details: {},
};

/** A point with the group that it is of, so that a row tells all. */
const groupedPoint = timeseriesPoint.extend({
  group: timeseriesGroup.pick({ id: true, name: true, user: true, isRest: true }),
});
type GroupedPoint = z.infer<typeof groupedPoint>;

const pointsOfGroup = ({ id, name, user: owner, isRest, data }: TimeseriesGroup): GroupedPoint[] =>
  data.map((point) => ({ ...point, group: { id, name, user: owner, isRest } }));

const groupedPointView: View<GroupedPoint> = {
  plural: 'points',
  schema: groupedPoint,
  columns: {
    Group: ({ group }) =>
      group.user === null ? group.name : `${group.name} (${group.user.email})`,
    ...pointView.columns,
  },
  details: {},
};

const routeView: View<RouteUsage> = {
  plural: 'routes with requests',
  schema: routeUsage,
  columns: { Route: ({ route }) => orDash(route?.name), ...figureColumns },
  details: {},
};

const keyView: View<KeyUsage> = {
  plural: 'keys with requests',
  schema: keyUsage,
  columns: {
    Key: ({ key }) => key.name,
    User: ({ user }) => user.email,
    Requests: (usage) => count(usage.requests),
    Units: (usage) => count(usage.units),
    Errors: (usage) => percent(usage.errorPercent),
    'Bytes out': (usage) => bytes(usage.bytesOut),
    'Last used': (usage) => at(usage.lastUsedAt),
    ID: ({ key }) => key.id,
  },
  details: {},
};

const userView: View<UserUsage> = {
  plural: 'users',
  schema: userUsage,
  columns: {
    Email: ({ user }) => user.email,
    Plan: ({ plan }) => plan.name,
    Status: ({ status }) => state(status),
    Requests: (usage) => count(usage.requests),
    'Quota used': (usage) => percent(usage.quotaPercent),
    Errors: (usage) => percent(usage.errorPercent),
    'Bytes out': (usage) => bytes(usage.bytesOut),
    Keys: (usage) => count(usage.keyCount),
    'Last active': (usage) => at(usage.lastActiveAt),
  },
  details: {},
};

const user = text('--user <user>', 'id, e-mail address, username or external id; all unless told');
const month = text('--month <month>', 'such as 2027-01; this month unless told');
const rangeFlags = {
  user,
  from: time('--from <time>', 'from 2027-01-31 or 2027-01-31T18:00:00Z on; 30 days unless told'),
  to: time('--to <time>', 'before that time; now unless told'),
};
const top = number('--limit <n>', 'rows at most, 1 to 200; 50 unless told');

/** `apigate analytics …` */
export function addAnalytics(program: Command): void {
  const analytics = addNoun(program, 'analytics', 'What usage adds up to');

  addVerb(analytics, {
    usage: 'overview',
    about:
      'Show a month beside the one before, with a forecast to its end; or a range beside as long a one before',
    input: analyticsOverviewInput,
    flags: { ...rangeFlags, month },
    examples: [
      'apigate analytics overview',
      'apigate analytics overview --user jane@example.com',
      'apigate analytics overview --from 2027-01-31T06:00:00Z',
    ],
    run: async ({ api, input, output }) =>
      output.item(await api.analytics.overview(input), overviewView),
  });

  addVerb(analytics, {
    usage: 'users',
    about: 'Rank users by their figures of a month, as far as a filter holds for them',
    input: userUsageInput,
    flags: {
      sort: oneOf('--sort <field>', userUsageSort.options),
      filter: text('--filter <expression>', `such as 'quota_percent > 80 and plan = "free"'`),
      month,
      ...pageFlags,
    },
    examples: [
      'apigate analytics users --sort requests --limit 10',
      'apigate analytics users --filter "quota_percent > 80"',
    ],
    run: async ({ api, input, output }) => output.page(await api.analytics.users(input), userView),
  });

  addVerb(analytics, {
    usage: 'timeseries',
    about: 'Show requests by hour or by day',
    input: timeseriesInput,
    flags: {
      ...rangeFlags,
      bucket: oneOf('--bucket <bucket>', timeBucket.options),
      groupBy: oneOf('--group-by <dimension>', usageDimension.options),
      top: number('--top <n>', 'groups, 1 to 10, the others being one more; 5 unless told'),
    },
    examples: [
      'apigate analytics timeseries --from 2027-01-01 --to 2027-02-01',
      'apigate analytics timeseries --bucket hour --from 2027-01-31 --csv',
      'apigate analytics timeseries --group-by plan',
    ],
    run: async ({ api, input, output }) => {
      const { data, groups } = await api.analytics.timeseries(input);
      const whole = { hasMore: false, nextCursor: null };
      if (groups === null) output.page({ data, ...whole }, pointView);
      else output.page({ data: groups.flatMap(pointsOfGroup), ...whole }, groupedPointView);
    },
  });

  addVerb(analytics, {
    usage: 'routes',
    about: 'Rank routes by requests',
    input: routeUsageInput,
    flags: { ...rangeFlags, limit: top },
    examples: ['apigate analytics routes --from 2027-01-01'],
    run: async ({ api, input, output }) =>
      output.page(await api.analytics.routes(input), routeView),
  });

  addVerb(analytics, {
    usage: 'keys',
    about: 'Rank keys by their requests of a month',
    input: keyUsageInput,
    flags: { user, month, limit: top },
    examples: ['apigate analytics keys --user jane@example.com'],
    run: async ({ api, input, output }) => output.page(await api.analytics.keys(input), keyView),
  });
}
