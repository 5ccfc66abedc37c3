import type {
  CreatedServiceKey,
  createServiceKeyInput,
  listServiceKeysInput,
  Page,
  Parsed,
  ServiceKey as ServiceKeyView,
} from '@apigate/contract';
import { authorize, notFound } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { withConstraints } from '../constraints.ts';
import type { DomainContext } from '../context.ts';
import { newId } from '../ids.ts';
import { idAfter, pageOf } from '../paging.ts';
import {
  digestApiKey,
  generateApiKey,
  serviceKeyPrefix,
  visiblePartsOfApiKey,
} from './api-key-format.ts';
import { refusePastExpiry } from './create-key.ts';
import { ServiceKey } from './service-key.ts';
import { serviceKeyView } from './service-key-view.ts';

const constraints = {
  service_keys_name_unique: [
    'name_taken',
    'Another service key has this name, or had it before it was revoked.',
  ],
} as const;

/** Service keys, newest first, revoked ones included. */
export async function listServiceKeys(
  ctx: DomainContext,
  input: Parsed<typeof listServiceKeysInput>,
): Promise<Page<ServiceKeyView>> {
  authorize(ctx.actor, 'service_keys.manage');
  const after = idAfter(input.cursor);
  const rows = await ctx.em.find(ServiceKey, after === undefined ? {} : { id: { $lt: after } }, {
    orderBy: { id: 'desc' },
    limit: input.limit + 1,
  });
  return pageOf(
    rows.map((serviceKey) => serviceKeyView(serviceKey, ctx.now)),
    input.limit,
  );
}

/**
 * Issues a service key. Its secret is in the answer and nowhere else.
 *
 * @throws DomainError name_taken, bad_request (expiry in the past)
 */
export async function createServiceKey(
  ctx: DomainContext,
  input: Parsed<typeof createServiceKeyInput>,
): Promise<CreatedServiceKey> {
  authorize(ctx.actor, 'service_keys.manage');
  refusePastExpiry(input.expiresAt, ctx.now);
  const secret = generateApiKey(serviceKeyPrefix);
  return withConstraints(constraints, () =>
    ctx.em.transactional(async (em) => {
      const serviceKey = em.create(ServiceKey, {
        ...input,
        id: newId(),
        ...visiblePartsOfApiKey(secret),
        digest: digestApiKey(secret, ctx.secrets.keyPepper),
        revokedAt: null,
        createdAt: ctx.now,
      });
      await em.flush();
      const view = serviceKeyView(serviceKey, ctx.now);
      await recordAudit(ctx, em, {
        action: 'service_keys.created',
        target: { kind: 'service_key', id: serviceKey.id, label: serviceKey.name },
        after: view,
      });
      return { ...view, secret };
    }),
  );
}

/** Ends a service key for good. Revoking it again changes nothing. @throws DomainError not_found */
export async function revokeServiceKey(
  ctx: DomainContext,
  input: { serviceKey: string },
): Promise<ServiceKeyView> {
  authorize(ctx.actor, 'service_keys.manage');
  return ctx.em.transactional(async (em) => {
    const serviceKey = await em.findOne(ServiceKey, { id: input.serviceKey });
    if (serviceKey === null) throw notFound('service key');
    if (serviceKey.revokedAt == null) {
      serviceKey.revokedAt = ctx.now;
      await recordAudit(ctx, em, {
        action: 'service_keys.revoked',
        target: { kind: 'service_key', id: serviceKey.id, label: serviceKey.name },
      });
    }
    return serviceKeyView(serviceKey, ctx.now);
  });
}
