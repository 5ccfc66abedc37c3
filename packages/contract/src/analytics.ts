import { z } from 'zod';
import { filterExpression } from './filter-expression.ts';
import { userUsageSorts } from './without-schema.ts';
import { id, moment, page, pageInput, ref } from './primitives.ts';
import { quota, usageForecast, usageOutcome } from './usage.ts';
import { planOfUser, userStatus } from './users.ts';

/** A calendar month in UTC, `2026-11`. */
export const month = z
  .string()
  .regex(/^[12]\d{3}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11');

/** Of the requests that were not refused, in milliseconds; null where there were none. */
export const latencyPercentiles = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

/** What some requests add up to. Sizes in bytes. */
export const usageFigures = z.object({
  /** Requests, refused ones included. */
  requests: z.int(),
  units: z.int(),
  /** Answers with 4xx and 5xx, and refusals. */
  errors: z.int(),
  /** Errors of requests in percent, one decimal; null without requests. */
  errorPercent: z.number().nullable(),
  outcomes: z.record(usageOutcome, z.int()),
  bytesIn: z.int(),
  bytesOut: z.int(),
  latencyMs: latencyPercentiles,
});
export type UsageFigures = z.infer<typeof usageFigures>;

/** Users with requests, refused ones included; null where one user was asked about. */
const activeUsers = z.int().nullable();

export const analyticsOverview = usageFigures.extend({
  periodStart: z.date(),
  periodEnd: z.date(),
  activeUsers,
  /** Null where no user was asked about, and for a range. */
  quota: quota.nullable(),
  /** The month before, or as long a range: as much of it as has passed of this one, to the hour. */
  previous: usageFigures.extend({ activeUsers }),
  /** Null for a month that is over, and for a range. */
  forecast: usageForecast.nullable(),
});
export type AnalyticsOverview = z.infer<typeof analyticsOverview>;

/** Whose usage: left out, all that the caller may see. */
const scope = { user: ref.optional() };

/** From inclusive, to exclusive, both widened to whole buckets; left out, the last 30 days until now. */
const range = { from: moment.optional(), to: moment.optional() };

/** A month, or a range of whole hours; with neither, the present month. */
export const analyticsOverviewInput = z
  .strictObject({ ...scope, month: month.optional(), ...range })
  .refine(({ month: named, from, to }) => named === undefined || (from ?? to) === undefined, {
    path: ['month'],
    message: 'cannot be combined with from or to',
  });
export type AnalyticsOverviewInput = z.input<typeof analyticsOverviewInput>;

export const timeBucket = z.enum(['hour', 'day']);
/** Longest range of each bucket, in days; an overview has that of days. */
export const bucketDaysMax = { hour: 7, day: 400 } as const;

/** What requests are told apart by. */
export const usageDimension = z.enum(['plan', 'route', 'key', 'user', 'outcome']);
export type UsageDimension = z.infer<typeof usageDimension>;
export const seriesGroupsMax = 10;

/** `bucket` left out is `hour` for up to three days, else `day`. */
export const timeseriesInput = z
  .strictObject({
    ...scope,
    ...range,
    bucket: timeBucket.optional(),
    groupBy: usageDimension.optional(),
    /** How many groups, those with most requests; the others are one more. Left out, 5. */
    top: z.int().min(1).max(seriesGroupsMax).optional(),
  })
  .refine(({ groupBy, top }) => top === undefined || groupBy !== undefined, {
    path: ['top'],
    message: 'needs groupBy, of which it tells how many groups there are',
  });
export type TimeseriesInput = z.input<typeof timeseriesInput>;

export const timeseriesPoint = usageFigures.extend({
  /** When the bucket begins. */
  at: z.date(),
});
/** The requests of one plan, route, key or user, or with one outcome; or of all the others. */
export const timeseriesGroup = usageFigures.extend({
  /** The outcome itself where requests are told apart by it. Null for those that have none, and for the others. */
  id: z.string().nullable(),
  /** Of a user, the e-mail address. */
  name: z.string(),
  /** Of a key, whose it is. */
  user: z.object({ id, email: z.string() }).nullable(),
  /** True for all that are not among the first, together. */
  isRest: z.boolean(),
  /** Like that of the whole series. */
  data: z.array(timeseriesPoint),
});
export type TimeseriesGroup = z.infer<typeof timeseriesGroup>;

export const timeseries = z.object({
  bucket: timeBucket,
  from: z.date(),
  to: z.date(),
  /** One for each bucket of the range, those without requests too. */
  data: z.array(timeseriesPoint),
  /** Those with most requests first, the rest last, together the whole; null unless asked for. */
  groups: z.array(timeseriesGroup).nullable(),
});
export type Timeseries = z.infer<typeof timeseries>;
export type TimeseriesPoint = z.infer<typeof timeseriesPoint>;

const { limit } = pageInput.shape;

export const routeUsageInput = z.strictObject({ ...scope, ...range, limit });
export type RouteUsageInput = z.input<typeof routeUsageInput>;
export const routeUsage = usageFigures.extend({
  /** Null for requests that no route took. */
  route: z.object({ id, name: z.string() }).nullable(),
});
export type RouteUsage = z.infer<typeof routeUsage>;
export const routeUsageList = z.object({ data: z.array(routeUsage) });

export const keyUsageInput = z.strictObject({ ...scope, month: month.optional(), limit });
export type KeyUsageInput = z.input<typeof keyUsageInput>;
export const keyUsage = z.object({
  key: z.object({ id, name: z.string() }),
  user: z.object({ id, email: z.string() }),
  requests: z.int(),
  units: z.int(),
  errors: z.int(),
  errorPercent: z.number().nullable(),
  bytesIn: z.int(),
  bytesOut: z.int(),
  lastUsedAt: z.date().nullable(),
});
export type KeyUsage = z.infer<typeof keyUsage>;
export const keyUsageList = z.object({ data: z.array(keyUsage) });

export const userUsageSort = z.enum(userUsageSorts);
export type UserUsageSort = z.infer<typeof userUsageSort>;

/** Users by their figures of a month, greatest first. */
export const userUsageInput = pageInput.extend({
  sort: userUsageSort.default('requests'),
  /** Such as `quota_percent > 80 and plan = "free"`. */
  filter: filterExpression.optional(),
  month: month.optional(),
});
export type UserUsageInput = z.input<typeof userUsageInput>;

export const userUsage = z.object({
  user: z.object({ id, email: z.string(), name: z.string().nullable() }),
  plan: planOfUser,
  status: userStatus,
  requests: z.int(),
  units: z.int(),
  errors: z.int(),
  errorPercent: z.number().nullable(),
  /** Units of the quota in percent, one decimal; null when unlimited. */
  quotaPercent: z.number().nullable(),
  bytesIn: z.int(),
  bytesOut: z.int(),
  /** Keys that were not revoked. */
  keyCount: z.int(),
  /** The last request of all, in whichever month. */
  lastActiveAt: z.date().nullable(),
});
export type UserUsage = z.infer<typeof userUsage>;
export const userUsagePage = page(userUsage);
