import { dayMs, type TimeBucket } from './range.ts';

/** Rows of a rollup to add up: a select with its values. */
export interface FiguresSource {
  sql: string;
  values: unknown[];
}

/**
 * The rollup rows of one user, or of all, from `fromMs` inclusive to `toMs` exclusive. Of all there are totals: going
 * over every user would take too long.
 */
export function figuresSource(
  userId: string | null,
  bucket: TimeBucket,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): FiguresSource {
  const table = `usage_${userId === null ? 'total_' : ''}${bucket}s`;
  const ends = [fromMs, toMs].map((atMs) => {
    const iso = new Date(atMs).toISOString();
    return bucket === 'day' ? iso.slice(0, 10) : iso;
  });
  return {
    sql: `select ${bucket === 'day' ? `day::timestamp at time zone 'UTC'` : 'hour'} as at, route_id, outcome, requests, units, bytes_in, bytes_out, latency_histogram
      from ${table} where ${bucket} >= ? and ${bucket} < ?${userId === null ? '' : ' and user_id = ?'}`,
    values: userId === null ? ends : [...ends, userId],
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
