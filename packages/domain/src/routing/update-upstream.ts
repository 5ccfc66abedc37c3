import type { Parsed, updateUpstreamInput, Upstream as UpstreamView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import { changedValues } from '../audit/changed-values.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { sealSecret, upstreamAuthPurpose } from '../secret-box.ts';
import { withConstraints } from '../constraints.ts';
import { lockRow, requireUnchanged, requireVersion } from '../versions.ts';
import { checkUpstreamUrl } from './check-upstream-url.ts';
import { upstreamConstraints } from './create-upstream.ts';
import { findUpstream } from './find-upstream.ts';
import { upstreamView } from './upstream-view.ts';

/** Changes what is given and leaves the rest. @throws DomainError not_found, precondition_failed, name_taken, bad_request */
export async function updateUpstream(
  ctx: DomainContext,
  input: Parsed<typeof updateUpstreamInput>,
): Promise<UpstreamView> {
  authorize(ctx.actor, 'routes.write');
  const { upstream: asked, authHeader, unchangedSince, ...fields } = input;
  return withConstraints(upstreamConstraints, () =>
    ctx.em.transactional(async (em) => {
      const upstream = await findUpstream(em, asked);
      await lockRow(em, upstream, 'upstream');
      const before = upstreamView(upstream);
      requireVersion(ctx, before);
      requireUnchanged(before, unchangedSince);
      if (fields.url !== undefined) await checkUpstreamUrl(em, fields.url);
      for (const [field, value] of Object.entries(fields)) {
        if (value !== undefined) Object.assign(upstream, { [field]: value });
      }
      if (authHeader !== undefined) {
        upstream.authHeaderName = authHeader?.name ?? null;
        upstream.authHeaderValue =
          authHeader === null
            ? null
            : sealSecret(ctx.secrets.encryptionKey, upstreamAuthPurpose, authHeader.value);
      }
      upstream.updatedAt = ctx.now;
      await em.flush();
      const after = upstreamView(upstream);
      const changed = changedValues(before, {
        ...after,
        ...(authHeader === undefined ? {} : { authHeaderValue: '[secret]' }),
      });
      if (changed !== null) {
        await recordAudit(ctx, em, {
          action: 'upstreams.updated',
          target: { kind: 'upstream', id: upstream.id, label: upstream.name },
          ...changed,
        });
      }
      return after;
    }),
  );
}
