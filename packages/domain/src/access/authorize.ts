import type { UserRole } from '@apigate/contract';
import { DomainError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { policy, type Action, type Reach } from './policy.ts';

/** The user whose things an action touches. */
export interface Owner {
  readonly id: string;
  readonly role: UserRole;
}

/**
 * What a service key without `admin` may do to customers alone: whoever can change the address of an admin, or make a
 * key in their name, has become that admin.
 */
const customersOnly: ReadonlySet<Action> = new Set<Action>([
  'users.update_profile',
  'users.update_metadata',
  'users.update_account',
  'users.verify',
  'users.suspend',
  'users.activate',
  'keys.create',
  'keys.update',
  'keys.revoke',
  'keys.rotate',
]);

/** How far `actor` may go with `action`. */
export function reachOf(actor: Actor, action: Action): Reach {
  switch (actor.kind) {
    case 'anonymous':
      return 'none';
    case 'system':
      return 'any';
    case 'user':
      return policy[action][actor.mustEnrolSecondFactor ? 'customer' : actor.role];
    case 'service': {
      const needed = policy[action].service;
      if (actor.scopes.includes('admin')) return 'any';
      if (needed === null || !actor.scopes.includes(needed)) return 'none';
      return customersOnly.has(action) ? 'customers' : 'any';
    }
  }
}

/** Whether `actor` may do `action` to things of `owner`. */
export function can(actor: Actor, action: Action, owner: Owner): boolean {
  const reach = reachOf(actor, action);
  const own = actor.kind === 'user' && actor.id === owner.id;
  switch (reach) {
    case 'none':
      return false;
    case 'own':
      return own;
    case 'customers':
      return own || owner.role === 'customer';
    case 'any':
      return true;
  }
}

/** Refuses who may not do `action` to anything at all. */
export function authorize(actor: Actor, action: Action): void {
  if (actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in first.');
  if (reachOf(actor, action) === 'none') throw refusal(actor);
}

function refusal(actor: Actor): DomainError {
  return actor.kind === 'user' && actor.mustEnrolSecondFactor
    ? new DomainError(
        'second_factor_enrolment_required',
        'Admins need a second factor here. Set one up under Security first.',
      )
    : new DomainError('forbidden', 'You may not do this.');
}

/**
 * Refuses who may not do `action` to a thing of `owner`. To those who may not even know of the thing it is not there.
 *
 * @param reading the action of looking at such a thing.
 * @param noun what is not found, for the message.
 */
export function authorizeOn(
  actor: Actor,
  action: Action,
  owner: Owner,
  reading: Action,
  noun: string,
): void {
  if (can(actor, action, owner)) return;
  if (actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in first.');
  if (can(actor, reading, owner) || can(enrolled(actor), action, owner)) throw refusal(actor);
  throw notFound(noun, { isRefusal: true });
}

/** The actor as with the second factor that is still missing. */
function enrolled(actor: Actor): Actor {
  return actor.kind === 'user' ? { ...actor, mustEnrolSecondFactor: false } : actor;
}

/** The error for what does not exist, or does not for this caller. */
export function notFound(noun: string, options: { isRefusal?: boolean } = {}): DomainError {
  return new DomainError('not_found', `There is no such ${noun}.`, options);
}
