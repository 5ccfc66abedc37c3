import type { EntityManager } from '@mikro-orm/postgresql';
import type { User } from '../users/user.ts';
import { Session } from './session.ts';

/** Signs a user out everywhere: refresh tokens and access tokens end with the sessions. */
export async function endSessions(em: EntityManager, user: User): Promise<void> {
  await em.nativeDelete(Session, { user: user.id });
}
