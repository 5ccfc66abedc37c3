import type { Actor } from '../access/actor.ts';
import { DomainError } from '../errors.ts';

/**
 * The user that a call is about: the one it names, else the caller.
 *
 * @throws DomainError bad_request when the caller is no user and names none
 */
export function callerOrNamed(actor: Actor, named: string | undefined): string {
  if (named !== undefined) return named;
  if (actor.kind === 'user') return actor.id;
  throw new DomainError('bad_request', 'Say which user.', {
    errors: [{ path: 'user', message: 'is needed, because the caller is not a user' }],
  });
}
