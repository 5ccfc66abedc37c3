import type { Key as KeyView } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { findKeyFor } from './find-key.ts';
import { keyView } from './key-view.ts';

/**
 * Ends a key for good. Revoking it again changes nothing.
 *
 * @throws DomainError not_found, forbidden
 */
export async function revokeKey(ctx: DomainContext, input: { key: string }): Promise<KeyView> {
  const key = await findKeyFor(ctx.em, ctx.actor, 'keys.revoke', input.key);
  key.revokedAt ??= ctx.now;
  await ctx.em.flush();
  return keyView(key, ctx.now);
}
