import type { listUpstreamsInput, Page, Parsed, Upstream as UpstreamView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { pageOf } from '../paging.ts';
import { Upstream } from './upstream.ts';
import { upstreamView } from './upstream-view.ts';

/** Upstreams, newest first. */
export async function listUpstreams(
  ctx: DomainContext,
  input: Parsed<typeof listUpstreamsInput>,
): Promise<Page<UpstreamView>> {
  authorize(ctx.actor, 'routes.read');
  const rows = await ctx.em.find(
    Upstream,
    input.cursor === undefined ? {} : { id: { $lt: input.cursor } },
    { orderBy: { id: 'desc' }, limit: input.limit + 1 },
  );
  return pageOf(rows.map(upstreamView), input.limit);
}
