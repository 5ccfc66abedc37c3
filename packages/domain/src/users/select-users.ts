import { snakeCaseName, user as userSchema, type User as UserView } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Condition } from './user-filter.ts';

const columns = Object.keys(userSchema.shape)
  .filter((field) => field !== 'plan')
  .map((field) => `u.${snakeCaseName(field)} as "${field}"`)
  .join(', ');

/**
 * Users as every surface shows them, straight from the rows: of many, entities would take most of the time.
 *
 * @param order columns of `u`, with their direction.
 */
export async function selectUsers(
  em: EntityManager,
  conditions: readonly Condition[],
  order: string,
  limit: number,
): Promise<UserView[]> {
  const where = conditions.map(([sql]) => sql).join(' and ');
  const rows: UserView[] = await em.execute(
    `select ${columns}, jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name) as plan
    from users u join plans p on p.id = u.plan_id
    ${where === '' ? '' : `where ${where}`}
    order by ${order} limit ?`,
    [...conditions.flatMap(([, ...values]) => values), limit],
  );
  return rows.map((row) => ({
    ...row,
    emailVerifiedAt: dateOf(row.emailVerifiedAt),
    lastLoginAt: dateOf(row.lastLoginAt),
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
  }));
}

/** The driver gives times as text. */
function dateOf(time: Date | null): Date | null {
  return time === null ? null : new Date(time);
}
