import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { readSettings } from '../settings/read-settings.ts';
import { digestApiKey, generateApiKey, visiblePartsOfApiKey } from './api-key-format.ts';
import { digestKeyId } from './basic-credential.ts';
import type { Key } from './key.ts';

/** A secret as its holder sends it, and what is stored of it. */
export interface NewSecret {
  secret: string;
  stored: Pick<Key, 'keyId' | 'prefix' | 'lastFour' | 'digest' | 'secretHash'>;
}

/** The constraints that a chosen key id breaks when it is in use. */
export const keyIdConstraints = Object.fromEntries(
  ['keys_key_id_unique', 'keys_digest_unique'].map((name) => [
    name,
    ['key_id_taken', 'Another credential has this key id. Choose another.'],
  ]),
) as Record<string, readonly ['key_id_taken', string]>;

/**
 * Makes a secret, or takes the one that was chosen. Hashing a chosen one takes its time, so call it before anything is
 * locked.
 *
 * @throws DomainError overloaded
 */
export async function newSecret(
  { secrets, passwords }: Pick<DomainContext, 'secrets' | 'passwords'>,
  em: EntityManager,
  { keyId, keySecret }: { keyId?: string | undefined; keySecret?: string | undefined },
): Promise<NewSecret> {
  if (keyId !== undefined && keySecret !== undefined) {
    const digest = digestKeyId(keyId, secrets.keyPepper);
    const secretHash = await passwords.hash(keySecret);
    return {
      secret: `${keyId}:${keySecret}`,
      stored: { keyId, prefix: keyId, lastFour: '', digest, secretHash },
    };
  }
  const secret = generateApiKey((await readSettings(em))['keys.prefix']);
  const digest = digestApiKey(secret, secrets.keyPepper);
  return {
    secret,
    stored: { keyId: null, ...visiblePartsOfApiKey(secret), digest, secretHash: null },
  };
}
