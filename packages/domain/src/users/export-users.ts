import type { exportUsersInput, Parsed, User as UserView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { selectUsers } from './select-users.ts';
import { type Condition, userConditions } from './user-filter.ts';

const usersPerPage = 500;

/**
 * All users that are meant, oldest first, in pages that are read when they are asked for. Who is made or changed
 * meanwhile may be in it as before or as after; nobody is in it twice.
 *
 * @throws DomainError not_found (plan), bad_request (filter), before the first page
 */
export async function exportUsers(
  ctx: DomainContext,
  { format, users, ...filter }: Parsed<typeof exportUsersInput>,
): Promise<AsyncGenerator<UserView[]>> {
  authorize(ctx.actor, 'users.list');
  const conditions = await userConditions(ctx, filter);
  if (users !== undefined) {
    conditions.push([
      'u.id in (select value::uuid from jsonb_array_elements_text(?::jsonb))',
      JSON.stringify(users),
    ]);
  }
  await ctx.em.transactional((em) =>
    recordAudit(ctx, em, {
      action: 'users.exported',
      after: { format, ...filter, ...(users && { users }) },
    }),
  );
  return pagesOf(ctx, conditions);
}

async function* pagesOf(
  ctx: DomainContext,
  conditions: readonly Condition[],
): AsyncGenerator<UserView[]> {
  for (let after: string | undefined; ;) {
    const rest: Condition[] = after === undefined ? [] : [['u.id > ?', after]];
    const users = await selectUsers(
      ctx.em.fork(),
      [...conditions, ...rest],
      'u.id asc',
      usersPerPage,
    );
    if (users.length > 0) yield users;
    if (users.length < usersPerPage) return;
    after = users.at(-1)?.id;
  }
}
