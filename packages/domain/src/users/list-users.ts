import type { listUsersInput, Page, Parsed, User as UserView } from '@apigate/contract';
import type { FilterQuery } from '@mikro-orm/core';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { likePattern, pageOf } from '../paging.ts';
import { findPlan } from '../plans/find-plan.ts';
import { User } from './user.ts';
import { userView } from './user-view.ts';

/** Users, newest first. @throws DomainError not_found (plan) */
export async function listUsers(
  ctx: DomainContext,
  input: Parsed<typeof listUsersInput>,
): Promise<Page<UserView>> {
  authorize(ctx.actor, 'users.list');
  const { em } = ctx;
  const conditions: FilterQuery<User>[] = [];
  if (input.cursor !== undefined) conditions.push({ id: { $lt: input.cursor } });
  if (input.status !== undefined) conditions.push({ status: input.status });
  if (input.role !== undefined) conditions.push({ role: input.role });
  if (input.plan !== undefined) conditions.push({ plan: (await findPlan(em, input.plan)).id });
  if (input.q !== undefined) {
    const $ilike = likePattern(input.q);
    conditions.push({
      $or: [
        { email: { $ilike } },
        { name: { $ilike } },
        { username: { $ilike } },
        { externalId: { $ilike } },
      ],
    });
  }
  const rows = await em.find(
    User,
    { $and: conditions },
    { populate: ['plan'], orderBy: { id: 'desc' }, limit: input.limit + 1 },
  );
  return pageOf(rows.map(userView), input.limit);
}
