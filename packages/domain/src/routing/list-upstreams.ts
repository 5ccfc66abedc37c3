import type { listUpstreamsInput, Page, Parsed, Upstream as UpstreamView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, pageOf } from '../paging.ts';
import { Upstream } from './upstream.ts';
import { upstreamView } from './upstream-view.ts';

/** Upstreams, newest first. */
export async function listUpstreams(
  ctx: DomainContext,
  input: Parsed<typeof listUpstreamsInput>,
): Promise<Page<UpstreamView>> {
  authorize(ctx.actor, 'routes.read');
  const after = idAfter(input.cursor);
  const rows = await ctx.em.find(Upstream, after === undefined ? {} : { id: { $lt: after } }, {
    orderBy: { id: 'desc' },
    limit: input.limit + 1,
  });
  return pageOf(rows.map(upstreamView), input.limit);
}
