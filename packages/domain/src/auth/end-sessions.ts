import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import type { User } from '../users/user.ts';
import { Session } from './session.ts';

/**
 * Signs a user out everywhere: refresh tokens and access tokens end with the sessions.
 *
 * @param but whose present session stays.
 */
export async function endSessions(em: EntityManager, user: User, but?: Actor): Promise<void> {
  await em.nativeDelete(Session, {
    user: user.id,
    ...(but?.kind === 'user' ? { id: { $ne: but.sessionId } } : {}),
  });
}
