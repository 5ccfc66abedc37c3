import type { Key as KeyView } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { lockRow, requireVersion } from '../versions.ts';
import { findKeyFor } from './find-key.ts';
import { keyView } from './key-view.ts';

/**
 * Ends a key for good. Revoking it again changes nothing.
 *
 * @throws DomainError not_found, forbidden
 */
export async function revokeKey(ctx: DomainContext, input: { key: string }): Promise<KeyView> {
  return ctx.em.transactional(async (em) => {
    const key = await findKeyFor(em, ctx.actor, 'keys.revoke', input.key);
    await lockRow(em, key, 'key');
    requireVersion(ctx, keyView(key, ctx.now));
    if (key.revokedAt === null) {
      key.revokedAt = ctx.now;
      await recordAudit(ctx, em, {
        action: 'keys.revoked',
        target: { kind: 'key', id: key.id, label: key.name },
      });
    }
    return keyView(key, ctx.now);
  });
}
