import type { Parsed, updateUpstreamInput, Upstream as UpstreamView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { sealSecret, upstreamAuthPurpose } from '../secret-box.ts';
import { withUniqueness } from '../unique-violation.ts';
import { uniqueUpstream } from './create-upstream.ts';
import { findUpstream } from './find-upstream.ts';
import { upstreamView } from './upstream-view.ts';

/** Changes what is given and leaves the rest. @throws DomainError not_found, name_taken */
export async function updateUpstream(
  ctx: DomainContext,
  input: Parsed<typeof updateUpstreamInput>,
): Promise<UpstreamView> {
  authorize(ctx.actor, 'routes.write');
  const { upstream: asked, authHeader, ...fields } = input;
  const upstream = await findUpstream(ctx.em, asked);
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
  await withUniqueness(uniqueUpstream, () => ctx.em.flush());
  return upstreamView(upstream);
}
