import {
  type BulkUsersAction,
  type bulkUsersInput,
  bulkUsersMax,
  type BulkUsersOutcome,
  bulkUsersPreviewMax,
  type BulkUsersResult,
  looksLikeId,
  type Parsed,
  type User as UserView,
} from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { findPlan } from '../plans/find-plan.ts';
import { activateUser } from './activate-user.ts';
import { deleteUser } from './delete-user.ts';
import { restoreUser } from './restore-user.ts';
import { selectUsers } from './select-users.ts';
import { suspendUser } from './suspend-user.ts';
import { updateUser } from './update-user.ts';
import { refuseDeed, userDeeds } from './user-deeds.ts';
import { userConditions } from './user-filter.ts';
import { verifyUser } from './verify-user.ts';

type Input = Parsed<typeof bulkUsersInput>;
type Skip = NonNullable<BulkUsersOutcome['skipped']>;
type Meant = { ref: string; user: UserView | undefined };

/**
 * Does one thing to many users, each by its own verb and in its own transaction: who cannot have it done is skipped, and
 * the others are not kept from it. A dry run judges everybody by the same rules and changes nothing.
 *
 * @throws DomainError forbidden, not_found (plan), bad_request (nobody named, or more than 1,000; a dry run looks at
 * 10,000)
 */
export async function bulkUsers(ctx: DomainContext, input: Input): Promise<BulkUsersResult> {
  const { action, dryRun } = input;
  authorize(ctx.actor, userDeeds[action].action);
  const planId = action === 'change_plan' ? await newPlanId(ctx, input) : null;
  const outcomes: BulkUsersOutcome[] = [];
  const leaving: string[] = [];
  for (const { ref, user } of await usersMeant(ctx, input)) {
    const skipped =
      user === undefined
        ? missing
        : ((await judge(ctx, action, user, planId, leaving)) ??
          (dryRun ? null : await skipOf(() => act(ctx, input, user.id))));
    if (dryRun && skipped === null && user?.role === 'admin') leaving.push(user.id);
    outcomes.push({ ref, user: skipped?.code === 'not_found' ? null : (user ?? null), skipped });
  }
  const done = outcomes.filter(({ skipped }) => skipped === null).length;
  return { action, dryRun, done, skipped: outcomes.length - done, users: outcomes };
}

const missing: Skip = { code: 'not_found', message: 'There is no such user.' };

async function newPlanId({ em }: DomainContext, { plan }: Input): Promise<string> {
  if (plan !== undefined) return (await findPlan(em, plan)).id;
  throw new DomainError('bad_request', 'Say to which plan.', {
    errors: [{ path: 'plan', message: 'is needed to change the plan' }],
  });
}

/** Those whom a call names, in its order; or those for whom a filter holds, newest first. */
async function usersMeant(ctx: DomainContext, { users, where, dryRun }: Input): Promise<Meant[]> {
  if ((users === undefined) === (where === undefined)) {
    const message = 'name the users, or describe them in where, one of both';
    throw new DomainError('bad_request', `users: ${message}`, {
      errors: [{ path: 'users', message }],
    });
  }
  if (users !== undefined) return usersNamed(ctx, users);
  authorize(ctx.actor, 'users.list');
  const max = dryRun ? bulkUsersPreviewMax : bulkUsersMax;
  const conditions = await userConditions(ctx, where ?? {});
  const found = await selectUsers(ctx.em, conditions, 'u.created_at desc, u.id desc', max + 1);
  if (found.length > max) {
    const message = dryRun
      ? `fits more than ${max} users: narrow it down`
      : `fits more than ${max} users: narrow it down, or make a dry run and name them in parts`;
    throw new DomainError('bad_request', `where: ${message}`, {
      errors: [{ path: 'where', message }],
    });
  }
  return found.map((user) => ({ ref: user.id, user }));
}

/** Finds users by id, external id, e-mail address or username, as `findUser` does, with one query for all. */
async function usersNamed({ em }: DomainContext, refs: readonly string[]): Promise<Meant[]> {
  const ids = refs.filter(looksLikeId).map((ref) => ref.toLowerCase());
  const names = refs.filter((ref) => !looksLikeId(ref));
  const given = 'select value from jsonb_array_elements_text(?::jsonb)';
  const lower = JSON.stringify(names.map((name) => name.toLowerCase()));
  const found = await selectUsers(
    em,
    [
      [
        `(u.id in (select value::uuid from jsonb_array_elements_text(?::jsonb)) or u.external_id in (${given})
          or u.email in (${given}) or u.username in (${given}))`,
        ...[JSON.stringify(ids), JSON.stringify(names), lower, lower],
      ],
    ],
    'u.id',
    3 * refs.length,
  );
  const byName = new Map([
    ...found.map((user) => [`username:${user.username}`, user] as const),
    ...found.map((user) => [`email:${user.email}`, user] as const),
    ...found.map((user) => [`external:${user.externalId}`, user] as const),
    ...found.map((user) => [user.id, user] as const),
  ]);
  const userOf = (ref: string): UserView | undefined => {
    const lowerRef = ref.toLowerCase();
    if (looksLikeId(ref)) return byName.get(lowerRef);
    if (ref.includes('@')) return byName.get(`email:${lowerRef}`);
    return byName.get(`external:${ref}`) ?? byName.get(`username:${lowerRef}`);
  };
  return refs.map((ref) => ({ ref, user: userOf(ref) }));
}

/** Why a user is left alone; null where it can be done. */
async function judge(
  { em, actor }: DomainContext,
  action: BulkUsersAction,
  user: UserView,
  planId: string | null,
  leaving: readonly string[],
): Promise<Skip | null> {
  const refused = await skipOf(() => refuseDeed(em, actor, action, user, leaving));
  if (refused !== null) return refused;
  const message = unchanged(action, user, planId);
  return message === null ? null : { code: 'unchanged', message };
}

function unchanged(action: BulkUsersAction, user: UserView, planId: string | null): string | null {
  switch (action) {
    case 'suspend':
      return user.status === 'suspended' ? 'The user is suspended already.' : null;
    case 'restore':
      return user.status === 'suspended' ? null : 'The user is not suspended.';
    case 'activate':
      return user.status === 'active' ? 'The user is active already.' : null;
    case 'verify':
      return user.emailVerifiedAt !== null && user.status !== 'pending'
        ? 'The address is verified already.'
        : null;
    case 'change_plan':
      return user.plan.id === planId ? 'The user is on this plan already.' : null;
    case 'delete':
      return null;
  }
}

async function act(
  ctx: DomainContext,
  { action, reason, plan }: Input,
  user: string,
): Promise<unknown> {
  const one = { ...ctx, em: ctx.em.fork(), expectedVersions: undefined };
  switch (action) {
    case 'suspend':
      return suspendUser(one, { user, reason });
    case 'restore':
      return restoreUser(one, { user });
    case 'activate':
      return activateUser(one, { user });
    case 'verify':
      return verifyUser(one, { user });
    case 'change_plan':
      return updateUser(one, { user, plan });
    case 'delete':
      return deleteUser(one, { user });
  }
}

async function skipOf(work: () => Promise<unknown>): Promise<Skip | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, message: error.message };
    throw error;
  }
}
