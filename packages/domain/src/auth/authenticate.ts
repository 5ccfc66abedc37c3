import { serviceScope } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import type { DomainSecrets } from '../context.ts';
import { digestApiKey, isWellFormedApiKey, serviceKeyPrefix } from '../keys/api-key-format.ts';
import { ServiceKey } from '../keys/service-key.ts';
import { verifyAccessToken } from './access-token.ts';
import { Session } from './session.ts';

/**
 * Who a bearer token stands for: a service key's holder, or a user whose session still runs.
 *
 * @returns null when the token is not good, for whatever reason.
 */
export async function authenticate(
  em: EntityManager,
  secrets: DomainSecrets,
  token: string,
  now: Date,
): Promise<Actor | null> {
  return token.startsWith(`${serviceKeyPrefix}_`)
    ? authenticateService(em, secrets, token, now)
    : authenticateUser(em, secrets, token, now);
}

async function authenticateService(
  em: EntityManager,
  secrets: DomainSecrets,
  token: string,
  now: Date,
): Promise<Actor | null> {
  if (!isWellFormedApiKey(token)) return null;
  const found = await em.findOne(ServiceKey, { digest: digestApiKey(token, secrets.keyPepper) });
  if (found === null || found.revokedAt !== null) return null;
  if (found.expiresAt != null && found.expiresAt <= now) return null;
  const scopes = found.scopes.filter((scope) => serviceScope.safeParse(scope).success);
  return { kind: 'service', id: found.id, scopes: serviceScope.array().parse(scopes) };
}

async function authenticateUser(
  em: EntityManager,
  secrets: DomainSecrets,
  token: string,
  now: Date,
): Promise<Actor | null> {
  const claims = await verifyAccessToken(secrets, token, now);
  if (claims === null) return null;
  const session = await em.findOne(Session, { id: claims.sessionId }, { populate: ['user'] });
  if (session === null || session.expiresAt <= now || session.user.id !== claims.userId)
    return null;
  const user = session.user.$;
  if (user.sessionEpoch !== claims.sessionEpoch || user.status === 'suspended') return null;
  return { kind: 'user', id: user.id, role: user.role, sessionId: session.id };
}
