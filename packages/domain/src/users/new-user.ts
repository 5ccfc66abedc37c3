import { ref, type RequiredEntityData } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { newId } from '../ids.ts';
import type { Plan } from '../plans/plan.ts';
import { User } from './user.ts';

type Data = RequiredEntityData<User>;
type Given = Pick<Data, 'email'> & { [Name in keyof Data]?: Data[Name] | undefined };

/** A user in the making: what is not given is empty, active and a customer. The caller flushes. */
export function newUser(em: EntityManager, plan: Plan, now: Date, given: Given): User {
  return em.create(User, {
    id: newId(),
    externalId: null,
    username: null,
    name: null,
    firstName: null,
    lastName: null,
    passwordHash: null,
    plan: ref(plan),
    status: 'active',
    suspendedReason: null,
    role: 'customer',
    metadata: {},
    stripeCustomerId: null,
    paddleCustomerId: null,
    lemonSqueezyCustomerId: null,
    emailVerifiedAt: null,
    lastLoginAt: null,
    lockedUntil: null,
    totp: null,
    totpPending: null,
    createdAt: now,
    updatedAt: now,
    ...(withoutUndefined(given) as Partial<Data> & Pick<Data, 'email'>),
  });
}

function withoutUndefined(given: Given): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
