import type {
  Parsed,
  Timeseries,
  TimeseriesGroup,
  timeseriesInput,
  TimeseriesPoint,
  UsageDimension,
} from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { figureColumns, figuresOf, sumOfRows, type FigureRow } from '../usage/usage-figures.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { figuresSource } from './figures-source.ts';
import { rangeOf } from './range.ts';
import { groupNames, groupRows } from './series-groups.ts';

const topDefault = 5;

/** What one bucket adds up to: of a group, or where `place` is null of all. */
type SeriesRow = FigureRow & { place: number | null; id: string | null; atMs: number };

/**
 * Requests by hour or day in UTC, of a user or of all; buckets without requests too. Told apart by a dimension there are
 * the groups with most requests as well.
 *
 * @throws DomainError not_found, bad_request
 */
export async function analyticsTimeseries(
  ctx: DomainContext,
  input: Parsed<typeof timeseriesInput>,
): Promise<Timeseries> {
  const { groupBy: dimension, top = topDefault } = input;
  const userId = (await usageOwner(ctx, input.user))?.id ?? null;
  const range = rangeOf(input, ctx.now);
  const whole = figuresSource(userId, range.bucket, range);
  const groups = dimension === undefined ? null : groupRows({ dimension, top, userId, range });
  const columns = 'at, outcome, requests, units, bytes_in, bytes_out, latency_histogram';
  const rows: SeriesRow[] = await ctx.em.execute(
    `select place::int, id, (extract(epoch from at) * 1000)::float8 as "atMs", ${figureColumns}
    from (
      select null::bigint as place, null::text as id, ${columns} from (${whole.sql}) w
      ${groups === null ? '' : `union all select place, id, ${columns} from (${groups.sql}) g`}
    ) s group by 1, 2, 3`,
    [...whole.values, ...(groups?.values ?? [])],
  );
  const { bucket, fromMs, toMs, stepMs } = range;
  const times = Array.from({ length: (toMs - fromMs) / stepMs }, (_, at) => fromMs + at * stepMs);
  return {
    bucket,
    from: new Date(fromMs),
    to: new Date(toMs),
    data: pointsOf(
      rows.filter(({ place }) => place === null),
      times,
    ),
    groups: dimension === undefined ? null : await groupsOf(ctx.em, dimension, rows, times),
  };
}

function pointsOf(rows: readonly SeriesRow[], times: readonly number[]): TimeseriesPoint[] {
  const byTime = new Map(rows.map((row) => [row.atMs, row]));
  return times.map((atMs) => ({ at: new Date(atMs), ...figuresOf(byTime.get(atMs)) }));
}

/** The groups in their order, and what is left without them. */
async function groupsOf(
  em: EntityManager,
  dimension: UsageDimension,
  rows: readonly SeriesRow[],
  times: readonly number[],
): Promise<TimeseriesGroup[]> {
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  const whole = byPlace.get(null) ?? [];
  byPlace.delete(null);
  const first = [...byPlace].toSorted(([a], [b]) => (a ?? 0) - (b ?? 0)).map(([, group]) => group);
  const names = await groupNames(
    em,
    dimension,
    first.map(([row]) => row?.id ?? null),
  );
  const groups = names.map((name, at): TimeseriesGroup => {
    const group = first[at] ?? [];
    return { ...name, isRest: false, ...figuresOf(sumOfRows(group)), data: pointsOf(group, times) };
  });
  const taken = Map.groupBy(first.flat(), ({ atMs }) => atMs);
  const rest = whole.map((row) => ({ ...row, ...sumOfRows([row], taken.get(row.atMs)) }));
  const left = figuresOf(sumOfRows(rest));
  if (left.requests === 0) return groups;
  const others = { id: null, name: 'Other', user: null, isRest: true };
  return [...groups, { ...others, ...left, data: pointsOf(rest, times) }];
}
