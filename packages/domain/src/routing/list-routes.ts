import type { listRoutesInput, Page, Parsed, Route as RouteView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, pageOf } from '../paging.ts';
import { findUpstream } from './find-upstream.ts';
import { Route } from './route.ts';
import { routeView } from './route-view.ts';

/** Routes, newest first. @throws DomainError not_found (upstream) */
export async function listRoutes(
  ctx: DomainContext,
  input: Parsed<typeof listRoutesInput>,
): Promise<Page<RouteView>> {
  authorize(ctx.actor, 'routes.read');
  const { em } = ctx;
  const after = idAfter(input.cursor);
  const rows = await em.find(
    Route,
    {
      ...(after === undefined ? {} : { id: { $lt: after } }),
      ...(input.upstream === undefined
        ? {}
        : { upstream: (await findUpstream(em, input.upstream)).id }),
    },
    { populate: ['upstream'], orderBy: { id: 'desc' }, limit: input.limit + 1 },
  );
  return pageOf(rows.map(routeView), input.limit);
}
