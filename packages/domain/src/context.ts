import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from './access/actor.ts';
import type { PasswordHasher } from './auth/password-hasher.ts';

/** What the domain must keep to itself. */
export interface DomainSecrets {
  /** HMAC key for digests of API keys. */
  readonly keyPepper: Buffer;
  /** Master key for secrets at rest. */
  readonly encryptionKey: Buffer;
  /** HS256 keys: the first signs, all verify. */
  readonly jwtSecrets: readonly Uint8Array[];
  readonly accessTokenSeconds: number;
}

/** What every verb is called with: one per request or job. */
export interface DomainContext {
  /** A fork of its own. */
  readonly em: EntityManager;
  readonly actor: Actor;
  readonly now: Date;
  readonly secrets: DomainSecrets;
  readonly passwords: PasswordHasher;
  /** Where the call came from; null for what this installation does by itself. */
  readonly origin: { readonly ip: string; readonly userAgent: string | null } | null;
}
