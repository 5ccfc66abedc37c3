import type { Key as KeyView, Parsed, updateKeyInput } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { refusePastExpiry } from './create-key.ts';
import { findKeyFor } from './find-key.ts';
import { keyView } from './key-view.ts';

/**
 * Changes what is given and leaves the rest; the proxies follow within a second.
 *
 * @throws DomainError not_found, forbidden, key_revoked, bad_request (expiry in the past)
 */
export async function updateKey(
  ctx: DomainContext,
  input: Parsed<typeof updateKeyInput>,
): Promise<KeyView> {
  const key = await findKeyFor(ctx.em, ctx.actor, 'keys.update', input.key);
  if (key.revokedAt !== null) {
    throw new DomainError('key_revoked', 'This key is revoked, and that is final.');
  }
  const { key: _, ...fields } = input;
  refusePastExpiry(fields.expiresAt, ctx.now);
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) Object.assign(key, { [field]: value });
  }
  await ctx.em.flush();
  return keyView(key, ctx.now);
}
