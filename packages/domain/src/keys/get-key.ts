import type { Key as KeyView } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { findKeyFor } from './find-key.ts';
import { keyView } from './key-view.ts';

/** @throws DomainError not_found */
export async function getKey(ctx: DomainContext, input: { key: string }): Promise<KeyView> {
  return keyView(await findKeyFor(ctx.em, ctx.actor, 'keys.read', input.key), ctx.now);
}
