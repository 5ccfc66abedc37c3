import type { Upstream as UpstreamView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findUpstream } from './find-upstream.ts';
import { upstreamView } from './upstream-view.ts';

/** @throws DomainError not_found */
export async function getUpstream(
  ctx: DomainContext,
  input: { upstream: string },
): Promise<UpstreamView> {
  authorize(ctx.actor, 'routes.read');
  return upstreamView(await findUpstream(ctx.em, input.upstream));
}
