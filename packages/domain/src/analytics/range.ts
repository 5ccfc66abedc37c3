import { bucketDaysMax, type TimeseriesInput } from '@apigate/contract';
import { DomainError } from '../errors.ts';
import { quotaPeriodAt, type QuotaPeriod } from '../gateway/quota-period.ts';

export type TimeBucket = keyof typeof bucketDaysMax;

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
const daysDefault = 30;
const hourlyDaysMax = 3;

/** Whole buckets: from inclusive, to exclusive. */
export interface Range {
  bucket: TimeBucket;
  stepMs: number;
  fromMs: number;
  toMs: number;
}

/** @throws DomainError bad_request where there is nothing between them */
function endsOf({ from, to }: Pick<TimeseriesInput, 'from' | 'to'>, now: Date) {
  const end = (to ?? now).getTime();
  const start = from?.getTime() ?? end - daysDefault * dayMs;
  if (start >= end) throw badRange('from', '"from" must lie before "to".');
  return { start, end };
}

/**
 * The range that an input asks for, widened to whole hours.
 *
 * @throws DomainError bad_request for one that is empty or too long
 */
export function hoursOf(
  input: Pick<TimeseriesInput, 'from' | 'to'>,
  now: Date,
): Pick<Range, 'fromMs' | 'toMs'> {
  const { start, end } = endsOf(input, now);
  rangeOf({ ...input, bucket: 'day' }, now);
  return {
    fromMs: Math.floor(start / hourMs) * hourMs,
    toMs: Math.ceil(end / hourMs) * hourMs,
  };
}

/**
 * The range that an input asks for, widened to whole buckets.
 *
 * @throws DomainError bad_request for one that is empty or has too many buckets
 */
export function rangeOf(
  { from, to, bucket }: Pick<TimeseriesInput, 'from' | 'to' | 'bucket'>,
  now: Date,
): Range {
  const { start, end } = endsOf({ from, to }, now);
  const chosen = bucket ?? (end - start <= hourlyDaysMax * dayMs ? 'hour' : 'day');
  const stepMs = chosen === 'hour' ? hourMs : dayMs;
  const fromMs = Math.floor(start / stepMs) * stepMs;
  const toMs = Math.ceil(end / stepMs) * stepMs;
  const daysMax = bucketDaysMax[chosen];
  if (toMs - fromMs > (daysMax + 1) * dayMs) {
    const remedy =
      chosen === 'hour' ? 'Ask for days instead, or for less time.' : 'Ask for less time.';
    throw badRange('from', `By ${chosen} a range may be at most ${daysMax} days long. ${remedy}`);
  }
  return { bucket: chosen, stepMs, fromMs, toMs };
}

function badRange(path: string, message: string): DomainError {
  return new DomainError('bad_request', message, { errors: [{ path, message }] });
}

/** The quota period that a month is. @param month `2026-11`; left out, the present one */
export function periodOf(month: string | undefined, now: Date): QuotaPeriod {
  return quotaPeriodAt(month === undefined ? now.getTime() : Date.parse(`${month}-01T00:00:00Z`));
}
