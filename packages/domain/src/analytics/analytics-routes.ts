import type { Parsed, RouteUsage, routeUsageInput } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { figureColumns, figuresOf, type FigureRow } from '../usage/usage-figures.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { figuresSource } from './figures-source.ts';
import { rangeOf } from './range.ts';

/**
 * Requests by route over whole days, those with most requests first.
 *
 * @throws DomainError not_found, bad_request
 */
export async function analyticsRoutes(
  ctx: DomainContext,
  input: Parsed<typeof routeUsageInput>,
): Promise<{ data: RouteUsage[] }> {
  const owner = await usageOwner(ctx, input.user);
  const range = rangeOf({ ...input, bucket: 'day' }, ctx.now);
  const { sql, values } = figuresSource(owner?.id ?? null, 'day', range);
  const rows: (FigureRow & { routeId: string | null; routeName: string | null })[] =
    await ctx.em.execute(
      `select f.*, r.name as "routeName" from (
        select route_id as "routeId", ${figureColumns} from (${sql}) s group by 1
        order by requests desc, 1 limit ?
      ) f left join routes r on r.id = f."routeId" order by f.requests desc, f."routeId"`,
      [...values, input.limit],
    );
  return {
    data: rows.map(({ routeId, routeName, ...row }) => ({
      route: routeId === null ? null : { id: routeId, name: routeName ?? 'deleted route' },
      ...figuresOf(row),
    })),
  };
}
