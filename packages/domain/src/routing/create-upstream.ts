import type { createUpstreamInput, Parsed, Upstream as UpstreamView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { newId } from '../ids.ts';
import { sealSecret, upstreamAuthPurpose } from '../secret-box.ts';
import { withConstraints } from '../constraints.ts';
import { Upstream } from './upstream.ts';
import { upstreamView } from './upstream-view.ts';
import { checkUpstreamUrl } from './check-upstream-url.ts';

/** What a broken constraint of `upstreams` means. */
export const upstreamConstraints = {
  upstreams_name_unique: ['name_taken', 'Another upstream has this name.'],
} as const;

/** Makes an upstream. @throws DomainError name_taken, bad_request */
export async function createUpstream(
  ctx: DomainContext,
  input: Parsed<typeof createUpstreamInput>,
): Promise<UpstreamView> {
  authorize(ctx.actor, 'routes.write');
  const { authHeader, ...fields } = input;
  return withConstraints(upstreamConstraints, () =>
    ctx.em.transactional(async (em) => {
      await checkUpstreamUrl(em, fields.url);
      const upstream = em.create(Upstream, {
        ...fields,
        id: newId(),
        authHeaderName: authHeader?.name ?? null,
        authHeaderValue:
          authHeader === undefined
            ? null
            : sealSecret(ctx.secrets.encryptionKey, upstreamAuthPurpose, authHeader.value),
        createdAt: ctx.now,
        updatedAt: ctx.now,
      });
      await em.flush();
      const view = upstreamView(upstream);
      await recordAudit(ctx, em, {
        action: 'upstreams.created',
        target: { kind: 'upstream', id: upstream.id, label: upstream.name },
        after: view,
      });
      return view;
    }),
  );
}
