import { z } from 'zod';
import { fileFormats } from './file-text.ts';
import { filterExpression } from './filter-expression.ts';
import { usageOutcomes } from './without-schema.ts';
import { planEnforcement } from './plans.ts';
import { id, moment, page, pageInput, ref } from './primitives.ts';
import { refusalCode } from './refusals.ts';

export const usageOutcome = z.enum(usageOutcomes);
export type UsageOutcome = z.infer<typeof usageOutcome>;

const outcomeCounts = z.record(usageOutcome, z.int());

/** One period of quota: the same row that the proxy decides by. */
export const quota = z.object({
  periodStart: z.date(),
  periodEnd: z.date(),
  /** Units used. */
  used: z.int(),
  /** Units allowed; null is unlimited. */
  limit: z.int().nullable(),
  /** Units left, never below 0; null is unlimited. */
  remaining: z.int().nullable(),
  /** Used of allowed in percent, one decimal; null when unlimited. */
  percent: z.number().nullable(),
});
export type Quota = z.infer<typeof quota>;

/** What a period will come to if the last seven days go on. */
export const usageForecast = z.object({
  requests: z.int(),
  units: z.int(),
  /** When the quota will be used up, if that is before the period ends. */
  quotaReachedAt: z.date().nullable(),
});
export type UsageForecast = z.infer<typeof usageForecast>;

export const usageDay = z.object({
  /** The day in UTC, `2026-11-21`. */
  day: z.iso.date(),
  requests: z.int(),
  units: z.int(),
  outcomes: outcomeCounts,
});

export const usageSummary = z.object({
  user: z.object({ id, email: z.string(), name: z.string().nullable() }),
  quota,
  /** Null until there was a day to tell a pace from. */
  forecast: usageForecast.nullable(),
  /** What binds the user now; null is unlimited. */
  limits: z.object({
    rateLimitPerMinute: z.int().nullable(),
    burst: z.int().nullable(),
    requestsPerMonth: z.int().nullable(),
    enforcement: planEnforcement,
  }),
  /** Requests in the period, refused ones included. */
  requests: z.int(),
  outcomes: outcomeCounts,
  bytesIn: z.int(),
  bytesOut: z.int(),
  keyCount: z.int(),
  lastActiveAt: z.date().nullable(),
  byDay: z.array(usageDay),
  byKey: z.array(
    z.object({ key: z.object({ id, name: z.string() }), requests: z.int(), units: z.int() }),
  ),
  byRoute: z.array(
    z.object({ route: z.object({ id, name: z.string() }), requests: z.int(), units: z.int() }),
  ),
});
export type UsageSummary = z.infer<typeof usageSummary>;

/** Left out, `user` is the caller. */
export const usageSummaryInput = z.strictObject({ user: ref.optional() });
export type UsageSummaryInput = z.input<typeof usageSummaryInput>;

/** One request that the proxy answered. Times in milliseconds, sizes in bytes. */
export const usageEvent = z.object({
  /** The request id that client and upstream saw as `X-Request-Id`. */
  id,
  at: z.date(),
  user: z.object({ id, email: z.string() }).nullable(),
  key: z.object({ id, name: z.string() }).nullable(),
  route: z.object({ id, name: z.string() }).nullable(),
  method: z.string(),
  path: z.string(),
  status: z.int(),
  refusalCode: refusalCode.nullable(),
  units: z.int(),
  bytesIn: z.int(),
  bytesOut: z.int(),
  latencyMs: z.number(),
  upstreamLatencyMs: z.number().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
});
export type UsageEvent = z.infer<typeof usageEvent>;

export const listUsageEventsInput = pageInput.extend({
  /** Whose requests; left out, all that the caller may see. */
  user: ref.optional(),
  key: id.optional(),
  route: id.optional(),
  outcome: usageOutcome.optional(),
  refused: z.boolean().optional(),
  /** Of users for whose figures of this month it holds, such as `quota_percent > 80`. */
  filter: filterExpression.optional(),
  /** From that time on. */
  since: moment.optional(),
  /** Before that time. */
  until: moment.optional(),
});
export const exportUsageInput = listUsageEventsInput
  .omit({ limit: true, cursor: true })
  .extend({ format: z.enum(fileFormats).default('json') });

/** Which requests are shown as they come. */
export const tailUsageInput = listUsageEventsInput.pick({
  user: true,
  key: true,
  route: true,
  outcome: true,
  refused: true,
  filter: true,
});
export type TailUsageInput = z.input<typeof tailUsageInput>;
/** What came since the look before, oldest first; `hasGap` where there was more than a look takes in. */
export const usageLook = z.object({ events: z.array(usageEvent), hasGap: z.boolean() });
export type UsageLook = z.infer<typeof usageLook>;
export type ListUsageEventsInput = z.input<typeof listUsageEventsInput>;
export const usageEventPage = page(usageEvent);
