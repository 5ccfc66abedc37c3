import type { createUserInput, Parsed, User as UserView } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { authorize } from '../access/authorize.ts';
import { hashNewPassword } from '../auth/hash-new-password.ts';
import type { DomainContext } from '../context.ts';
import { newId } from '../ids.ts';
import { findPlan } from '../plans/find-plan.ts';
import { defaultPlan } from '../plans/default-plan.ts';
import { withUniqueness } from '../unique-violation.ts';
import { findUser } from './find-user.ts';
import { uniqueUser } from './unique-user.ts';
import { User } from './user.ts';
import { userView } from './user-view.ts';

/**
 * Makes a user, on the default plan unless told otherwise.
 *
 * @throws DomainError email_taken, username_taken, external_id_taken, not_found (plan), bad_request (password)
 */
export async function createUser(
  ctx: DomainContext,
  input: Parsed<typeof createUserInput>,
): Promise<UserView> {
  const { em, actor, now } = ctx;
  authorize(actor, 'users.create');
  if ((input.role ?? 'customer') !== 'customer') authorize(actor, 'users.update_role');
  const plan = input.plan === undefined ? await defaultPlan(em) : await findPlan(em, input.plan);
  const passwordHash =
    input.password === undefined ? null : await hashNewPassword(ctx, input.password);
  const id = newId();
  em.create(User, {
    id,
    email: input.email,
    externalId: input.externalId ?? null,
    username: input.username ?? null,
    name: input.name ?? null,
    firstName: input.firstName ?? null,
    lastName: input.lastName ?? null,
    passwordHash,
    plan: ref(plan),
    status: input.status ?? 'active',
    suspendedReason: null,
    role: input.role ?? 'customer',
    metadata: input.metadata ?? {},
    stripeCustomerId: input.stripeCustomerId ?? null,
    paddleCustomerId: input.paddleCustomerId ?? null,
    lemonSqueezyCustomerId: input.lemonSqueezyCustomerId ?? null,
    emailVerifiedAt: null,
    lastLoginAt: null,
    lockedUntil: null,
    totp: null,
    createdAt: now,
    updatedAt: now,
  });
  await withUniqueness(uniqueUser, () => em.flush());
  return userView(await findUser(em, id));
}
