import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { isStillReferenced } from '../still-referenced.ts';
import { lockRow, requireVersion } from '../versions.ts';
import { findUpstream } from './find-upstream.ts';
import { upstreamView } from './upstream-view.ts';

/** Removes an upstream that no route leads to. @throws DomainError not_found, upstream_in_use */
export async function deleteUpstream(
  ctx: DomainContext,
  input: { upstream: string },
): Promise<{ id: string }> {
  authorize(ctx.actor, 'routes.write');
  try {
    return await ctx.em.transactional(async (em) => {
      const upstream = await findUpstream(em, input.upstream);
      await lockRow(em, upstream, 'upstream');
      requireVersion(ctx, upstreamView(upstream));
      const { id, name } = upstream;
      await em.remove(upstream).flush();
      await recordAudit(ctx, em, {
        action: 'upstreams.deleted',
        target: { kind: 'upstream', id, label: name },
      });
      return { id };
    });
  } catch (error) {
    if (!isStillReferenced(error)) throw error;
    throw new DomainError('upstream_in_use', 'Routes lead to this upstream. Remove them first.', {
      cause: error,
    });
  }
}
