import type { ServiceScope } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainSecrets } from '../context.ts';
import { newId } from '../ids.ts';
import {
  digestApiKey,
  generateApiKey,
  serviceKeyPrefix,
  visiblePartsOfApiKey,
} from './api-key-format.ts';
import { ServiceKey } from './service-key.ts';

/**
 * Gives the service key called `name` a new secret, making the key where there is none. The old secret ends.
 *
 * @returns the secret.
 */
export async function renewServiceKey(
  em: EntityManager,
  secrets: DomainSecrets,
  name: string,
  scopes: ServiceScope[],
  now: Date,
): Promise<string> {
  const secret = generateApiKey(serviceKeyPrefix);
  await em.upsert(
    ServiceKey,
    {
      id: newId(),
      name,
      ...visiblePartsOfApiKey(secret),
      digest: digestApiKey(secret, secrets.keyPepper),
      scopes,
      expiresAt: null,
      revokedAt: null,
      createdAt: now,
    },
    { onConflictFields: ['name'], onConflictExcludeFields: ['id', 'createdAt'] },
  );
  return secret;
}
