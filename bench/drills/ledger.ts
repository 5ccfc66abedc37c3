import { setTimeout as sleep } from 'node:timers/promises';
import type { DrillOutcome } from './drill.ts';
import type { DrillStack } from './stack.ts';

const settleTimeoutMsDefault = 60_000;
const pauseMs = 50;

/** What all books have in sum. */
export interface Sums {
  events: number;
  ids: number;
  /** Events of requests whose clients left before they were answered. */
  aborted: number;
  units: number;
  hours: number;
  days: number;
  quota: number;
}

/** Reads {@link Sums}. */
export const sumsStatement = `select
  (select count(*) from usage_events)::float8 as events,
  (select count(distinct id) from usage_events)::float8 as ids,
  (select count(*) from usage_events where status = 499)::float8 as aborted,
  (select coalesce(sum(units), 0) from usage_events)::float8 as units,
  (select coalesce(sum(units), 0) from usage_hours)::float8 as hours,
  (select coalesce(sum(units), 0) from usage_days)::float8 as days,
  (select coalesce(sum(units), 0) from quota_periods)::float8 as quota`;

type Books = Pick<DrillStack, 'query' | 'upstream'>;

/** Waits until the usage of everything that reached the upstream is in the database. @returns how many ms that took */
export async function settleUsage(
  { query, upstream }: Books,
  settleTimeoutMs = settleTimeoutMsDefault,
): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() < startedAt + settleTimeoutMs) {
    const askedAt = performance.now();
    const count = 'select count(*)::float8 as n from usage_events where refusal_code is null';
    const [row] = await query<{ n: number }>(count).catch(() => []);
    if ((row?.n ?? 0) >= upstream.ids.size) break;
    // To count very many takes long, and must not be all that the database does.
    await sleep(Math.max(pauseMs, 4 * (performance.now() - askedAt)));
  }
  return performance.now() - startedAt;
}

/** Compares what clients, upstream and database have seen: nothing may be lost, and nothing counted twice. */
export async function compareLedger(
  { query, upstream }: Books,
  answered: ReadonlySet<string>,
): Promise<DrillOutcome> {
  const events = await query<{ id: string; units: number }>('select id, units from usage_events');
  const units = new Map(events.map((event) => [event.id, event.units]));
  const [sums] = await query<Sums>(sumsStatement);
  if (sums === undefined) throw new Error('a sum is a row');
  const lost = [...answered].filter((id) => units.get(id) !== 1).length;
  const unknown = [...upstream.ids].filter((id) => !units.has(id)).length;
  const invented = events.filter((event) => event.units > 0 && !upstream.ids.has(event.id)).length;
  const problems: string[] = [];
  if (lost > 0) problems.push(`${lost} answered requests were not counted.`);
  if (unknown > 0) problems.push(`${unknown} requests reached the upstream without an event.`);
  if (invented > 0) problems.push(`${invented} were counted that never reached the upstream.`);
  if (sums.events !== sums.ids) problems.push('Some were counted twice.');
  if (new Set([sums.units, sums.hours, sums.days, sums.quota]).size > 1) {
    problems.push('The sums of units do not agree.');
  }
  if (answered.size === 0) problems.push('Nothing was answered.');
  return {
    counts: {
      'requests answered with 200': answered.size,
      'requests that reached the upstream': upstream.ids.size,
      'usage events': sums.events,
      'events of requests that were broken off': sums.aborted,
      'units of events, hours, days and quotas': sums.units,
      'answered and not counted': lost,
      'reached the upstream without an event': unknown,
      'counted without reaching the upstream': invented,
      'counted twice': sums.events - sums.ids,
    },
    problems,
  };
}
