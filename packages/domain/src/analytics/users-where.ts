import type { EntityManager } from '@mikro-orm/postgresql';
import { readSettings } from '../settings/read-settings.ts';
import { compileFilter, type Condition } from './compile-filter.ts';
import { parseFilter } from './parse-filter.ts';
import { periodOf } from './range.ts';
import { usersWithFigures } from './user-figures.ts';

/**
 * The ids of the users for whose figures of this month an expression holds, as a query.
 *
 * @throws DomainError bad_request for an expression that cannot be read; it tells the place
 */
export async function usersWhere(em: EntityManager, text: string, now: Date): Promise<Condition> {
  const filter = parseFilter(text);
  const settings = await readSettings(em);
  const users = usersWithFigures(
    {
      start: periodOf(undefined, now).start,
      now,
      pendingLimit: settings['pending.requests_per_month'],
    },
    filter,
    [],
  );
  const condition = compileFilter(filter, users.columns);
  return {
    sql: `select u.id from ${users.sql} where ${condition.sql}`,
    values: [...users.values, ...condition.values],
  };
}
