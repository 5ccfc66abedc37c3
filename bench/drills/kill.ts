import { setTimeout as sleep } from 'node:timers/promises';
import { Clients } from './clients.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startDrillStack, type DrillStack } from './stack.ts';

const connections = 32;
const long = { kills: 120, requests: 1_000_000, pauseMaxMs: 2_500 };
const short = { kills: 5, requests: 0, pauseMaxMs: 400 };

/** Kills the proxy most often, because it is the one that has something to lose. */
const victims = ['proxy', 'proxy', 'proxy', 'postgres', 'api'] as const;
type Victim = (typeof victims)[number];

interface Sums {
  events: number;
  ids: number;
  units: number;
  aborted: number;
  hours: number;
  days: number;
  quota: number;
}

/** Nothing that was answered is lost, and nothing is counted twice, whatever is killed. */
export const killDrill: Drill = {
  name: 'kill',
  title: 'proxy, api and PostgreSQL killed at random under load',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const plan = isShort ? short : long;
  await using stack = await startDrillStack({ ownsPostgres: true });
  const clients = new Clients(stack.proxyPort, stack.keys, connections);
  const killed: Record<Victim, number> = { proxy: 0, postgres: 0, api: 0 };
  for (let kills = 0; kills < plan.kills || clients.counts.sent < plan.requests; kills += 1) {
    await sleep(Math.random() * plan.pauseMaxMs);
    // The first ones in turn, so that each is killed even in a short run.
    const victim =
      victims[kills < victims.length ? kills : Math.floor(Math.random() * victims.length)];
    if (victim === undefined) continue;
    await kill(stack, victim);
    killed[victim] += 1;
    const { sent, broken } = clients.counts;
    if (isShort || (kills + 1) % 10 === 0)
      say(`${kills + 1} kills, ${sent} requests, ${broken} broken off`);
  }
  await clients.stop();
  say('the last requests are answered');
  // What waits is shipped by a proxy that is told to leave; the api ships its own.
  await stack.proxy.stop('SIGTERM');
  await stack.proxy.start();
  await stack.proxy.stop('SIGTERM');
  // The database has to be there for as long as that takes.
  return await compare(stack, clients, killed);
}

async function kill({ postgres, api, proxy }: DrillStack, victim: Victim): Promise<void> {
  if (victim === 'postgres') {
    await postgres.kill();
    await sleep(Math.random() * 500);
    await postgres.restart();
    return;
  }
  const plane = victim === 'api' ? api : proxy;
  await plane.stop('SIGKILL');
  await plane.start();
}

async function compare(
  { query, upstream }: DrillStack,
  clients: Clients,
  killed: Record<Victim, number>,
): Promise<DrillOutcome> {
  const events = await query<{ id: string; units: number }>('select id, units from usage_events');
  const units = new Map(events.map((event) => [event.id, event.units]));
  const [sums] = await query<Sums>(`select
    (select count(*) from usage_events)::float8 as events,
    (select count(distinct id) from usage_events)::float8 as ids,
    (select coalesce(sum(units), 0) from usage_events)::float8 as units,
    (select count(*) from usage_events where status = 499)::float8 as aborted,
    (select coalesce(sum(units), 0) from usage_hours)::float8 as hours,
    (select coalesce(sum(units), 0) from usage_days)::float8 as days,
    (select coalesce(sum(units), 0) from quota_periods)::float8 as quota`);
  if (sums === undefined) throw new Error('a sum is a row');
  const lost = [...clients.answered].filter((id) => units.get(id) !== 1).length;
  const unknown = [...upstream.ids].filter((id) => !units.has(id)).length;
  const invented = events.filter((event) => event.units > 0 && !upstream.ids.has(event.id)).length;
  const { sent, broken, late } = clients.counts;
  const counts = {
    'kills of the proxy': killed.proxy,
    'kills of PostgreSQL': killed.postgres,
    'kills of the api': killed.api,
    'requests sent': sent,
    'requests broken off by a kill': broken,
    'requests without an answer for 10 s': late,
    'requests answered with 200': clients.answered.size,
    'requests that reached the upstream': upstream.ids.size,
    'usage events': sums.events,
    'events of requests that were broken off': sums.aborted,
    'units of events': sums.units,
    'units of hours': sums.hours,
    'units of days': sums.days,
    'units of quotas': sums.quota,
    'answered and not counted': lost,
    'reached the upstream without an event': unknown,
    'counted without reaching the upstream': invented,
    'counted twice': sums.events - sums.ids,
  };
  const problems: string[] = [];
  if (lost > 0) problems.push(`${lost} answered requests were not counted.`);
  if (unknown > 0) problems.push(`${unknown} requests reached the upstream without an event.`);
  if (invented > 0) problems.push(`${invented} were counted that never reached the upstream.`);
  if (sums.events !== sums.ids) problems.push('Some were counted twice.');
  if (new Set([sums.units, sums.hours, sums.days, sums.quota]).size > 1) {
    problems.push('The sums of units do not agree.');
  }
  if (clients.answered.size === 0) problems.push('Nothing was answered.');
  return { counts, problems };
}
