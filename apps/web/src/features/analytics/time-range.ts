import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Up to here the server tells hours. */
const hourlyMsMax = 7 * dayMs;

export const rangeNames = ['24h', '7d', '30d', 'month'] as const;
export type RangeName = (typeof rangeNames)[number];

/** A stretch of time as it stands in an address: one of a few that end now, or two moments. */
export interface RangeSearch {
  range?: RangeName;
  from?: string;
  to?: string;
}

/** Takes from an address what it understands and drops the rest. */
export function readRangeSearch(search: Readonly<Record<string, unknown>>): RangeSearch {
  const [from, to] = [momentParam(search['from']), momentParam(search['to'])];
  const isStretch = from !== undefined && to !== undefined && from < to;
  return withoutUndefined<RangeSearch>({
    range: choiceParam(search['range'], rangeNames),
    from: isStretch ? from : undefined,
    to: isStretch ? to : undefined,
  });
}

function momentParam(value: unknown): string | undefined {
  const text = textParam(value);
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

export interface TimeRange {
  /** Null for two moments that somebody chose. */
  name: RangeName | null;
  from: Date;
  to: Date;
  /** Where as long a stretch before begins; for a month, the month before. */
  before: Date;
  bucket: 'hour' | 'day';
  stepMs: number;
  /** With what it is compared, in words. */
  beforeText: string;
}

const beforeTexts: Record<RangeName, string> = {
  '24h': 'Day before',
  '7d': 'Week before',
  '30d': '30 days before',
  month: 'Last month',
};

/** The stretch that an address means at `nowMs`, in whole buckets; the last 24 hours unless told. */
export function timeRangeOf({ range = '24h', from, to }: RangeSearch, nowMs: number): TimeRange {
  if (from !== undefined && to !== undefined) return chosenRange(Date.parse(from), Date.parse(to));
  if (range === 'month') {
    const monthAt = (offset: number) => {
      const now = new Date(nowMs);
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset));
    };
    return {
      name: range,
      from: monthAt(0),
      to: monthAt(1),
      before: monthAt(-1),
      bucket: 'day',
      stepMs: dayMs,
      beforeText: beforeTexts.month,
    };
  }
  const bucket = range === '30d' ? 'day' : 'hour';
  const stepMs = bucket === 'day' ? dayMs : hourMs;
  const lengthMs = { '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs }[range];
  const endMs = (Math.floor(nowMs / stepMs) + 1) * stepMs;
  return {
    name: range,
    from: new Date(endMs - lengthMs),
    to: new Date(endMs),
    before: new Date(endMs - 2 * lengthMs),
    bucket,
    stepMs,
    beforeText: beforeTexts[range],
  };
}

function chosenRange(startMs: number, endMs: number): TimeRange {
  const bucket = endMs - startMs <= hourlyMsMax ? 'hour' : 'day';
  const stepMs = bucket === 'day' ? dayMs : hourMs;
  const fromMs = Math.floor(startMs / stepMs) * stepMs;
  const toMs = Math.ceil(endMs / stepMs) * stepMs;
  return {
    name: null,
    from: new Date(fromMs),
    to: new Date(toMs),
    before: new Date(fromMs - (toMs - fromMs)),
    bucket,
    stepMs,
    beforeText: 'Time before',
  };
}

/** The calendar month (UTC) in which a stretch ends: `2026-11`. Users and keys are ranked by months. */
export function monthOf({ to }: Pick<TimeRange, 'to'>): string {
  return new Date(to.getTime() - 1).toISOString().slice(0, 7);
}
