import type { Key as KeyView, Parsed, updateKeyInput } from '@apigate/contract';
import { changedValues } from '../audit/changed-values.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { lockRow, requireVersion } from '../versions.ts';
import { refusePastExpiry } from './create-key.ts';
import { findKeyFor } from './find-key.ts';
import type { Key } from './key.ts';
import { keyView } from './key-view.ts';

/** Refuses a key that can never work again. @throws DomainError key_revoked */
export function refuseEnded(key: Key, now: Date): void {
  if (key.revokedAt != null) {
    throw new DomainError('key_revoked', 'This key is revoked, and that is final.');
  }
  if (key.graceUntil != null && key.graceUntil <= now) {
    throw new DomainError(
      'key_revoked',
      'This key was replaced by another one, and that is final.',
    );
  }
}

/**
 * Changes what is given and leaves the rest; the proxies follow within a second.
 *
 * @throws DomainError not_found, forbidden, key_revoked, bad_request (expiry in the past)
 */
export async function updateKey(
  ctx: DomainContext,
  input: Parsed<typeof updateKeyInput>,
): Promise<KeyView> {
  return ctx.em.transactional(async (em) => {
    const key = await findKeyFor(em, ctx.actor, 'keys.update', input.key);
    await lockRow(em, key, 'key');
    const before = keyView(key, ctx.now);
    requireVersion(ctx, before);
    refuseEnded(key, ctx.now);
    const { key: _, ...fields } = input;
    refusePastExpiry(fields.expiresAt, ctx.now);
    for (const [field, value] of Object.entries(fields)) {
      if (value !== undefined) Object.assign(key, { [field]: value });
    }
    const after = keyView(key, ctx.now);
    const changed = changedValues(before, after);
    if (changed !== null) {
      await recordAudit(ctx, em, {
        action: 'keys.updated',
        target: { kind: 'key', id: key.id, label: key.name },
        ...changed,
      });
    }
    return after;
  });
}
