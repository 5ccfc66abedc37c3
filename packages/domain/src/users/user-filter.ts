import type { listUsersInput, Parsed } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { DomainContext } from '../context.ts';
import { likePattern } from '../paging.ts';
import { findPlan } from '../plans/find-plan.ts';

/** Which users are meant. */
export type UserFilter = Pick<
  Parsed<typeof listUsersInput>,
  'q' | 'status' | 'isActive' | 'role' | 'plan' | 'inactiveDays' | 'createdAfter' | 'metadata'
>;

/** A condition on `u`, the table of users, with its values. */
export type Condition = [sql: string, ...values: unknown[]];

const dayMs = 86_400_000;

/** The conditions that `filter` sets. @throws DomainError not_found (plan) */
export async function userConditions(
  em: EntityManager,
  filter: UserFilter,
  { now }: Pick<DomainContext, 'now'>,
): Promise<Condition[]> {
  const { q, status, isActive, role, plan, inactiveDays, createdAfter, metadata } = filter;
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
  if (q !== undefined) {
    const columns = ['u.email', 'u.name', 'u.username', 'u.external_id'];
    const like = columns.map((column) => `${column} ilike ?`).join(' or ');
    conditions.push([`(${like})`, ...columns.map(() => likePattern(q))]);
  }
  return conditions;
}
