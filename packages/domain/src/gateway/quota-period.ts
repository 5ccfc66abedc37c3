/** A quota period: `start` inclusive, `end` exclusive, both midnight UTC. */
export interface QuotaPeriod {
  /** First day, `2026-11-01`: the name of the period in the database. */
  start: string;
  startMs: number;
  endMs: number;
}

/** The calendar month in UTC that `atMs` lies in. */
export function quotaPeriodAt(atMs: number): QuotaPeriod {
  const at = new Date(atMs);
  const startMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
  const endMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
  return { start: new Date(startMs).toISOString().slice(0, 10), startMs, endMs };
}
