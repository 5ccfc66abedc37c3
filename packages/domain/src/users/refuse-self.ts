import type { Actor } from '../access/actor.ts';
import { DomainError } from '../errors.ts';

/**
 * Refuses what nobody may do to themselves.
 *
 * @param deed completes "You cannot … yourself", such as `suspend`.
 * @throws DomainError self_change_refused
 */
export function refuseSelf(actor: Actor, user: { id: string }, deed: string): void {
  if (actor.kind === 'user' && actor.id === user.id) {
    throw new DomainError(
      'self_change_refused',
      `You cannot ${deed} yourself. Ask another admin to do it.`,
    );
  }
}
