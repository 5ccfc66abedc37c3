import type { EntityManager } from '@mikro-orm/postgresql';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { rollupsOf } from './figures-source.ts';
import { dayMs } from './range.ts';

/**
 * How many users have sent requests from `fromMs` inclusive to `toMs` exclusive, both whole hours; refused requests
 * count too.
 */
export async function countActiveUsers(
  em: EntityManager,
  { fromMs, toMs, nowMs }: { fromMs: number; toMs: number; nowMs: number },
): Promise<number> {
  const { sql, values } =
    toMs > nowMs
      ? { sql: 'select from usage_activity where last_at >= ?', values: [new Date(fromMs)] }
      : usersWithin(fromMs, toMs);
  const [row]: { count: number }[] = await em.execute(
    `select count(*)::float8 as count from (${sql}) s`,
    values,
  );
  return row?.count ?? 0;
}

/** SQL for the ids of those who were there, each once: by the days of their months, and by the hours around whole days. */
function usersWithin(fromMs: number, toMs: number): { sql: string; values: unknown[] } {
  const parts = rollupsOf(fromMs, toMs)
    .filter((part) => part.fromMs < part.toMs)
    .flatMap((part) => (part.bucket === 'day' ? daysOfMonths(part) : [hours(part)]));
  return {
    sql: ['select null::uuid as user_id where false', ...parts.map(({ sql }) => sql)].join(
      ' union ',
    ),
    values: parts.flatMap(({ values }) => values),
  };
}

function hours({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  return {
    sql: 'select user_id from usage_hours where hour >= ? and hour < ? and user_id is not null',
    values: [fromMs, toMs].map((atMs) => new Date(atMs).toISOString()),
  };
}

function daysOfMonths({ fromMs, toMs }: { fromMs: number; toMs: number }) {
  const masks = new Map<string, number>();
  for (let atMs = fromMs; atMs < toMs; atMs += dayMs) {
    const { start } = quotaPeriodAt(atMs);
    masks.set(start, (masks.get(start) ?? 0) | (1 << (new Date(atMs).getUTCDate() - 1)));
  }
  return Array.from(masks, ([start, mask]) => ({
    sql: 'select user_id from quota_periods where period_start = ? and days & ? <> 0',
    values: [start, mask],
  }));
}
