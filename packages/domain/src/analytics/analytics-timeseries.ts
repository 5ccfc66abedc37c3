import type { Parsed, Timeseries, timeseriesInput } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { figureColumns, figuresOf, type FigureRow } from '../usage/usage-figures.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { figuresSource } from './figures-source.ts';
import { rangeOf } from './range.ts';

/**
 * Requests by hour or day in UTC, of a user or of all; buckets without requests too.
 *
 * @throws DomainError not_found, bad_request
 */
export async function analyticsTimeseries(
  ctx: DomainContext,
  input: Parsed<typeof timeseriesInput>,
): Promise<Timeseries> {
  const owner = await usageOwner(ctx, input.user);
  const range = rangeOf(input, ctx.now);
  const { sql, values } = figuresSource(owner?.id ?? null, range.bucket, range);
  const rows: (FigureRow & { atMs: number })[] = await ctx.em.execute(
    `select (extract(epoch from at) * 1000)::float8 as "atMs", ${figureColumns} from (${sql}) s group by 1`,
    values,
  );
  const byTime = new Map(rows.map((row) => [row.atMs, row]));
  const { bucket, fromMs, toMs, stepMs } = range;
  const times = Array.from({ length: (toMs - fromMs) / stepMs }, (_, at) => fromMs + at * stepMs);
  return {
    bucket,
    from: new Date(fromMs),
    to: new Date(toMs),
    data: times.map((atMs) => ({ at: new Date(atMs), ...figuresOf(byTime.get(atMs)) })),
  };
}
