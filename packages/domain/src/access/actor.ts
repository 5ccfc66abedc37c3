import type { ServiceScope, UserRole } from '@apigate/contract';

/** Who does something. `system` is this installation itself: its start, its jobs, its provider webhooks. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly role: UserRole;
      readonly sessionId: string;
    }
  | { readonly kind: 'service'; readonly id: string; readonly scopes: readonly ServiceScope[] }
  | { readonly kind: 'system' };

export const anonymous: Actor = { kind: 'anonymous' };
export const system: Actor = { kind: 'system' };
