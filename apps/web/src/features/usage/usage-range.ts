import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Ranges that are one click away. */
export const rangeOptions = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
] as const;
export type RangeName = (typeof rangeOptions)[number]['value'];

export const defaultRange: RangeName = '30d';

const lengthMs: Record<RangeName, number> = {
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '90d': 90 * dayMs,
};

/** What a page of usage shows, as it stands in its address: a range up to now, or one between two moments. */
export interface UsageSearch {
  range?: RangeName;
  from?: string;
  to?: string;
}

/** Takes from an address what it understands and drops the rest. */
export function readUsageSearch(search: Readonly<Record<string, unknown>>): UsageSearch {
  const [from, to] = [momentParam(search['from']), momentParam(search['to'])];
  const isBetween = from !== undefined && to !== undefined && from < to;
  return withoutUndefined<UsageSearch>({
    range: choiceParam(
      search['range'],
      rangeOptions.map(({ value }) => value),
    ),
    ...(isBetween ? { from, to } : { from: undefined, to: undefined }),
  });
}

/** A moment as ISO text; anything else counts for nothing. */
function momentParam(value: unknown): string | undefined {
  const text = textParam(value);
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** The range in whole hours or days, as the server is asked for it. */
export interface AskedRange {
  from: Date;
  to: Date;
  bucket: 'hour' | 'day';
}

/** @param nowMs the page’s present; it stays while the page is looked at, so that what was asked for is not asked anew */
export function askedRange(
  { range = defaultRange, from, to }: UsageSearch,
  nowMs: number,
): AskedRange {
  const [fromMs, toMs] =
    from !== undefined && to !== undefined
      ? [Date.parse(from), Date.parse(to)]
      : [nowMs - lengthMs[range], nowMs];
  const bucket = toMs - fromMs <= 3 * dayMs ? 'hour' : 'day';
  const stepMs = bucket === 'hour' ? hourMs : dayMs;
  return {
    from: new Date(Math.floor(fromMs / stepMs) * stepMs),
    to: new Date(Math.ceil(toMs / stepMs) * stepMs),
    bucket,
  };
}
