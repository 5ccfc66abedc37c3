import { dayMs, type TimeBucket } from './range.ts';

/** Rows of a rollup to add up: a select with its values. */
export interface FiguresSource {
  sql: string;
  values: unknown[];
}

const figures = 'requests, units, bytes_in, bytes_out, latency_histogram';

/**
 * The rollup rows of one user, or of all, from `fromMs` inclusive to `toMs` exclusive. Of all there are totals: going
 * over every user would take too long.
 */
export function figuresSource(
  userId: string | null,
  bucket: TimeBucket,
  span: { fromMs: number; toMs: number },
): FiguresSource {
  const { sql, values } = rowsBetween(userId === null ? 'usage_total' : 'usage', bucket, span);
  return userId === null
    ? { sql, values }
    : { sql: `${sql} and user_id = ?`, values: [...values, userId] };
}

/** The same of each user, to be joined with those that are meant. */
export function figuresOfUsers(
  bucket: TimeBucket,
  span: { fromMs: number; toMs: number },
): FiguresSource {
  return rowsBetween('usage', bucket, span);
}

function rowsBetween(
  tables: 'usage' | 'usage_total',
  bucket: TimeBucket,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): FiguresSource {
  const dimensions = `${tables === 'usage' ? 'user_id, key_id, ' : ''}route_id, plan_id, outcome`;
  return {
    sql: `select ${bucket === 'day' ? `day::timestamp at time zone 'UTC'` : 'hour'} as at, ${dimensions}, ${figures}
      from ${tables}_${bucket}s where ${bucket} >= ? and ${bucket} < ?`,
    values: [fromMs, toMs].map((atMs) => {
      const iso = new Date(atMs).toISOString();
      return bucket === 'day' ? iso.slice(0, 10) : iso;
    }),
  };
}

/** Which rollups make up a stretch of whole hours: those of its whole days, and of the hours around them. */
export function rollupsOf(
  fromMs: number,
  toMs: number,
): { bucket: TimeBucket; fromMs: number; toMs: number }[] {
  const firstDayMs = Math.ceil(fromMs / dayMs) * dayMs;
  const lastDayMs = Math.floor(toMs / dayMs) * dayMs;
  if (firstDayMs >= lastDayMs) return [{ bucket: 'hour', fromMs, toMs }];
  return [
    { bucket: 'hour', fromMs, toMs: firstDayMs },
    { bucket: 'day', fromMs: firstDayMs, toMs: lastDayMs },
    { bucket: 'hour', fromMs: lastDayMs, toMs },
  ];
}
