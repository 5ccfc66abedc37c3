import { serviceScopes, userRole, type ServiceScope, type UserRole } from '@apigate/contract';
import { describe, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { anonymous, system, type Actor } from './actor.ts';
import { authorize, authorizeOn, can, reachOf, type Owner } from './authorize.ts';
import { policy, type Action, type Reach } from './policy.ts';

/** Every permission there is: customer, moderator, admin, and the scope of a service key. A new one must be added here. */
const expected: Record<Action, readonly [Reach, Reach, Reach, ServiceScope | null]> = {
  'users.list': ['none', 'any', 'any', 'users:read'],
  'users.read': ['own', 'any', 'any', 'users:read'],
  'users.create': ['none', 'none', 'any', 'users:write'],
  'users.update_profile': ['own', 'customers', 'any', 'users:write'],
  'users.update_metadata': ['none', 'customers', 'any', 'users:write'],
  'users.update_account': ['none', 'none', 'any', 'users:write'],
  'users.update_role': ['none', 'none', 'any', null],
  'users.set_password': ['none', 'none', 'any', null],
  'users.reset_second_factor': ['none', 'none', 'any', null],
  'users.verify': ['none', 'customers', 'any', 'users:write'],
  'users.suspend': ['none', 'customers', 'any', 'users:write'],
  'users.activate': ['none', 'customers', 'any', 'users:write'],
  'users.delete': ['none', 'none', 'any', null],
  'keys.read': ['own', 'any', 'any', 'keys:read'],
  'keys.create': ['own', 'own', 'any', 'keys:write'],
  'keys.update': ['own', 'own', 'any', 'keys:write'],
  'keys.revoke': ['own', 'customers', 'any', 'keys:write'],
  'keys.verify': ['none', 'none', 'any', 'keys:verify'],
  'keys.rotate': ['own', 'own', 'any', 'keys:write'],
  'service_keys.manage': ['none', 'none', 'any', null],
  'usage.read': ['own', 'any', 'any', 'usage:read'],
  'alerts.update': ['own', 'own', 'any', 'users:write'],
  'analytics.read': ['none', 'any', 'any', 'usage:read'],
  'usage.meter': ['none', 'none', 'any', 'meter:write'],
  'plans.read': ['any', 'any', 'any', 'plans:read'],
  'plans.read_disabled': ['none', 'any', 'any', 'plans:read'],
  'plans.choose': ['own', 'own', 'own', null],
  'plans.write': ['none', 'none', 'any', 'plans:write'],
  'plans.effect': ['none', 'none', 'any', null],
  'routes.read': ['none', 'none', 'any', 'routes:read'],
  'routes.write': ['none', 'none', 'any', 'routes:write'],
  'reference.read': ['any', 'any', 'any', 'routes:read'],
  'reference.write': ['none', 'none', 'any', 'routes:write'],
  'sessions.read': ['own', 'own', 'any', null],
  'sessions.end': ['own', 'own', 'any', null],
  'invites.manage': ['none', 'none', 'any', null],
  'settings.read': ['none', 'none', 'any', 'settings:read'],
  'settings.write': ['none', 'none', 'any', 'settings:write'],
  'settings.write_secret': ['none', 'none', 'any', null],
  'views.use': ['none', 'own', 'own', null],
  'views.share': ['none', 'none', 'any', null],
  'audit.read': ['none', 'none', 'any', 'audit:read'],
  'mails.read': ['none', 'none', 'any', null],
};

const actions = Object.keys(expected) as Action[];

/** What a service key without `admin` may do to customers alone, lest it make itself one of the staff. */
const customersOnly: readonly Action[] = [
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
];

function userActor(role: UserRole, id = newId()): Actor {
  return { kind: 'user', id, role, sessionId: newId(), mustEnrolSecondFactor: false };
}

function service(...scopes: ServiceScope[]): Actor {
  return { kind: 'service', id: newId(), name: 'test', scopes };
}

/** What `actor` may do to somebody else of each role. */
function others(actor: Actor, action: Action): UserRole[] {
  return userRole.options.filter((role) => can(actor, action, { id: newId(), role }));
}

function own(role: UserRole, action: Action): boolean {
  const id = newId();
  return can(userActor(role, id), action, { id, role });
}

test.each(actions)('grants %s as listed, and nothing more', (action) => {
  const [customer, moderator, admin, service] = expected[action];
  expect(policy[action]).toEqual({ customer, moderator, admin, service });
});

test('has no permission that is not listed here', () => {
  expect(Object.keys(policy).toSorted()).toEqual(actions.toSorted());
});

test.each(actions)('lets nobody do %s without signing in', (action) => {
  expect(reachOf(anonymous, action)).toBe('none');
  expect(() => authorize(anonymous, action)).toThrow(
    expect.objectContaining({ code: 'unauthenticated' }),
  );
});

test.each(actions)('lets a service key do %s with its scope alone, or with admin', (action) => {
  const [, , , needed] = expected[action];
  for (const scope of serviceScopes) {
    const granted = customersOnly.includes(action) ? 'customers' : 'any';
    const reach = scope === 'admin' ? 'any' : scope === needed ? granted : 'none';
    expect(reachOf(service(scope), action), scope).toBe(reach);
  }
  expect(reachOf(service(), action)).toBe('none');
  expect(reachOf(service(...serviceScopes.filter((scope) => scope !== needed)), action)).toBe(
    'any',
  );
  expect(reachOf(system, action)).toBe('any');
});

describe('the table of roles', () => {
  const everybody: UserRole[] = ['customer', 'moderator', 'admin'];

  test('own profile, own keys, own usage, own plan: everybody', () => {
    const actionsOnOwn: Action[] = [
      'users.read',
      'users.update_profile',
      'keys.read',
      'keys.create',
      'keys.update',
      'keys.revoke',
      'usage.read',
    ];
    for (const role of everybody) {
      for (const action of actionsOnOwn) expect(own(role, action), `${role} ${action}`).toBe(true);
      expect(reachOf(userActor(role), 'plans.read')).toBe('any');
    }
  });

  test('reading all users, their usage and keys: moderators and admins', () => {
    for (const action of ['users.read', 'keys.read', 'usage.read'] as const) {
      expect(others(userActor('customer'), action)).toEqual([]);
      expect(others(userActor('moderator'), action)).toEqual(everybody);
      expect(others(userActor('admin'), action)).toEqual(everybody);
    }
    expect(everybody.map((role) => reachOf(userActor(role), 'users.list'))).toEqual([
      'none',
      'any',
      'any',
    ]);
  });

  test('changing other users: moderators those who are customers, admins all', () => {
    const changes = [
      'users.update_profile',
      'users.update_metadata',
      'users.verify',
      'users.suspend',
      'users.activate',
    ] as const;
    for (const action of changes) {
      expect(others(userActor('customer'), action)).toEqual([]);
      expect(others(userActor('moderator'), action)).toEqual(['customer']);
      expect(others(userActor('admin'), action)).toEqual(everybody);
    }
  });

  test('plan, role, e-mail and password of others, creating and deleting users: admins', () => {
    const changes = [
      'users.create',
      'users.update_account',
      'users.update_role',
      'users.set_password',
      'users.delete',
    ] as const;
    for (const action of changes) {
      expect(others(userActor('customer'), action)).toEqual([]);
      expect(others(userActor('moderator'), action)).toEqual([]);
      expect(others(userActor('admin'), action)).toEqual(everybody);
    }
  });

  test('keys of others: moderators list all and revoke those of customers, admins all', () => {
    expect(others(userActor('moderator'), 'keys.read')).toEqual(everybody);
    expect(others(userActor('moderator'), 'keys.revoke')).toEqual(['customer']);
    expect(others(userActor('moderator'), 'keys.create')).toEqual([]);
    expect(others(userActor('moderator'), 'keys.update')).toEqual([]);
    for (const action of ['keys.read', 'keys.create', 'keys.update', 'keys.revoke'] as const) {
      expect(others(userActor('customer'), action)).toEqual([]);
      expect(others(userActor('admin'), action)).toEqual(everybody);
    }
  });

  test('plans and routes: admins', () => {
    for (const action of ['plans.write', 'routes.read', 'routes.write'] as const) {
      expect(everybody.map((role) => reachOf(userActor(role), action))).toEqual([
        'none',
        'none',
        'any',
      ]);
    }
  });
});

describe('what a refusal tells', () => {
  const stranger: Owner = { id: newId(), role: 'customer' };
  const codeOf = (actor: Actor, action: Action): string => {
    try {
      authorizeOn(actor, action, stranger, 'users.read', 'user');
      return 'allowed';
    } catch (error) {
      return String(Reflect.get(Object(error), 'code'));
    }
  };

  test.each(actions)('a customer does not learn by %s that somebody else exists', (action) => {
    expect(['not_found', 'allowed']).toContain(codeOf(userActor('customer'), action));
    if (expected[action][0] !== 'any') {
      expect(codeOf(userActor('customer'), action)).toBe('not_found');
    }
  });

  test('a moderator, who can read the user, is told that the deed is forbidden', () => {
    expect(codeOf(userActor('moderator'), 'users.delete')).toBe('forbidden');
  });

  test('a service key learns of users only with a scope that reads them', () => {
    expect(codeOf(service('keys:read'), 'users.suspend')).toBe('not_found');
    expect(codeOf(service('users:read'), 'users.suspend')).toBe('forbidden');
    expect(codeOf(service('users:write'), 'users.suspend')).toBe('allowed');
  });

  test.each(customersOnly)(
    'a service key without admin does %s to no member of the staff',
    (action) => {
      const needed = expected[action][3];
      if (needed === null) throw new Error('a scope is enough for this one');
      for (const role of ['moderator', 'admin'] as const) {
        expect(can(service(needed), action, { id: newId(), role }), role).toBe(false);
        expect(can(service('admin'), action, { id: newId(), role }), role).toBe(true);
      }
      expect(can(service(needed), action, stranger)).toBe(true);
    },
  );

  test('an admin who must set up a second factor is no more than a customer', () => {
    const admin: Actor = {
      kind: 'user',
      id: newId(),
      role: 'admin',
      sessionId: newId(),
      mustEnrolSecondFactor: true,
    };
    for (const action of actions) {
      expect(reachOf(admin, action), action).toBe(expected[action][0]);
    }
  });

  test('who is not signed in is told so before all else', () => {
    expect(codeOf(anonymous, 'users.suspend')).toBe('unauthenticated');
  });
});
