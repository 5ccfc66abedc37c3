import { z } from 'zod';
import { ref } from './primitives.ts';
import { alertPercentsMax } from './without-schema.ts';

/** What is held against a threshold: the share that is used, or the one that the period will come to at this pace. */
export const alertMeasure = z.enum(['quota', 'forecast']);
export type AlertMeasure = z.infer<typeof alertMeasure>;

/** Shares of the quota in percent; over 100 for plans that go on past it. */
const percents = z
  .array(z.int().min(1).max(1_000))
  .max(alertPercentsMax, `may be at most ${alertPercentsMax} thresholds`)
  .refine((all) => new Set(all).size === all.length, 'must name each threshold once');

export const alertSettings = z.object({
  quotaPercents: percents,
  forecastPercents: percents,
  /** Whether a mail goes out too; the portal tells in any case. */
  email: z.boolean(),
});
export type AlertSettings = z.infer<typeof alertSettings>;

/** What holds for everybody who has chosen nothing else. */
export const defaultAlertSettings: AlertSettings = {
  quotaPercents: [80, 100],
  forecastPercents: [],
  email: true,
};

/** A threshold that was reached in the present period, with the units that it was reached by. */
export const raisedAlert = z.object({
  measure: alertMeasure,
  percent: z.int(),
  /** Units used by then, or expected for the end of the period. */
  units: z.int(),
  /** Units of the quota at that time. */
  limit: z.int(),
  at: z.date(),
});
export type RaisedAlert = z.infer<typeof raisedAlert>;

/** `raised`: the last one first. */
export const alerts = alertSettings.extend({ raised: z.array(raisedAlert) });
export type Alerts = z.infer<typeof alerts>;

/** Left out, `user` is the caller. */
export const alertsInput = z.strictObject({ user: ref.optional() });

/** Changes what is given; a list of thresholds takes the place of the one before. */
export const updateAlertsInput = alertsInput.extend(alertSettings.partial().shape);
export type UpdateAlertsInput = z.input<typeof updateAlertsInput>;
