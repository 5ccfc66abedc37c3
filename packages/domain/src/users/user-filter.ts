import type { listUsersInput, Parsed } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import { usersWhere } from '../analytics/users-where.ts';
import type { DomainContext } from '../context.ts';
import { likePattern } from '../paging.ts';
import { findPlan } from '../plans/find-plan.ts';

/** Which users are meant. */
export type UserFilter = Pick<
  Parsed<typeof listUsersInput>,
  | 'q'
  | 'status'
  | 'isActive'
  | 'role'
  | 'plan'
  | 'inactiveDays'
  | 'createdAfter'
  | 'metadata'
  | 'filter'
>;

/** A condition on `u`, the table of users, with its values. */
export type Condition = [sql: string, ...values: unknown[]];

const dayMs = 86_400_000;

/**
 * The conditions that a filter sets.
 *
 * @throws DomainError not_found (plan), bad_request (filter expression), forbidden (to look at usage)
 */
export async function userConditions(
  { em, actor, now }: DomainContext,
  asked: UserFilter,
): Promise<Condition[]> {
  const { q, status, isActive, role, plan, inactiveDays, createdAfter, metadata, filter } = asked;
  const conditions: Condition[] = [];
  if (status !== undefined) conditions.push(['u.status = ?', status]);
  if (isActive !== undefined) conditions.push([`(u.status = 'active') = ?`, isActive]);
  if (role !== undefined) conditions.push(['u.role = ?', role]);
  if (plan !== undefined) conditions.push(['u.plan_id = ?', (await findPlan(em, plan)).id]);
  if (createdAfter !== undefined) conditions.push(['u.created_at > ?', createdAfter]);
  if (metadata !== undefined) {
    conditions.push(['u.metadata @> ?::jsonb', JSON.stringify(metadata)]);
  }
  if (inactiveDays !== undefined) {
    const since = new Date(now.getTime() - inactiveDays * dayMs);
    conditions.push(
      [`u.created_at < ?`, since],
      [
        'not exists (select from usage_activity a where a.user_id = u.id and a.last_at >= ?)',
        since,
      ],
    );
  }
  if (q !== undefined) conditions.push(['u.search_text like lower(?)', likePattern(q)]);
  if (filter !== undefined) {
    authorize(actor, 'analytics.read');
    const { sql, values } = await usersWhere(em, filter, now);
    // Found at once: looked for one by one in the order of the list, those of whom there are few would take seconds.
    conditions.push([
      `u.id in (with meant as materialized (${sql}) select id from meant)`,
      ...values,
    ]);
  }
  return conditions;
}
