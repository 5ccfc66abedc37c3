import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from './access/actor.ts';
import type { PasswordHasher } from './auth/password-hasher.ts';

/** What the domain must keep to itself. */
export interface DomainSecrets {
  /** HMAC key for digests of API keys. */
  readonly keyPepper: Buffer;
  /** Master key for secrets at rest and for the chain of the audit log. */
  readonly encryptionKey: Buffer;
  /** HS256 keys: the first signs, all verify. */
  readonly jwtSecrets: readonly Uint8Array[];
  readonly accessTokenSeconds: number;
}

/** Where a call came from. */
export interface Origin {
  readonly ip: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}

/** What every verb is called with: one per call or job. */
export interface DomainContext {
  /** A fork of its own. */
  readonly em: EntityManager;
  readonly actor: Actor;
  readonly now: Date;
  readonly secrets: DomainSecrets;
  readonly passwords: PasswordHasher;
  /** Base of links in mails; from the configuration, never from a request. */
  readonly publicUrl: string;
  /** Null for what this installation does by itself. */
  readonly origin: Origin | null;
  /** What is changed must be in one of these versions (`versionOf`); left out, any will do. */
  readonly expectedVersions?: readonly string[] | undefined;
}
