import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ingestUsage } from '@apigate/domain/gateway';
import { buildUsageRecord } from '@apigate/domain/testing';
import type { Apigate as Client, Key, Route } from '@apigate/sdk';
import { Pool } from 'pg';

const hourMs = 3_600_000;
const days = 30;
const recordsAtOnce = 2_000;

/** Someone who calls, and how often in an hour of the day when most is called. */
export interface Caller {
  email: string;
  perHour: number;
  /** Of a hundred requests, those that are refused because they come too fast. */
  refusedPercent?: number;
}

/** Writes the requests of a month up to now as proxies would have metered them, more by day than by night. */
export async function writeHistory(
  dataDir: string,
  client: Client,
  callers: readonly Caller[],
): Promise<void> {
  const routes = (await client.routes.list()).data;
  const records: ReturnType<typeof buildUsageRecord>[] = [];
  const random = randomFrom(7);
  const untilMs = Date.now();
  for (const { email, perHour, refusedPercent = 0 } of callers) {
    const user = await client.users.get(email);
    const keys = (await client.keys.list({ user: user.id })).data;
    for (let hour = days * 24; hour > 0; hour -= 1) {
      const startMs = untilMs - hour * hourMs;
      for (
        let left = Math.round(perHour * shareAt(startMs) * (0.7 + 0.6 * random()));
        left > 0;
        left -= 1
      ) {
        const isRefused = random() * 100 < refusedPercent;
        records.push(
          buildUsageRecord({
            atMs: startMs + Math.floor(random() * hourMs),
            userId: user.id,
            planId: user.plan.id,
            ...callOf(routes, keys, random),
            ...(isRefused && { status: 429, refusalCode: 'rate_limited', units: 0 }),
          }),
        );
      }
    }
  }
  const pool = new Pool({ connectionString: await databaseUrl(dataDir) });
  try {
    records.sort((a, b) => a.atMs - b.atMs);
    for (let from = 0; from < records.length; from += recordsAtOnce) {
      await ingestUsage(pool, records.slice(from, from + recordsAtOnce));
    }
  } finally {
    await pool.end();
  }
}

const paths = ['/orders', '/orders/7281', '/customers?limit=20', '/reports/daily', '/invoices/302'];
const statuses = [...Array.from({ length: 46 }, () => 200), 201, 201, 404, 502];

function callOf(routes: readonly Route[], keys: readonly Key[], random: () => number) {
  const one = <Thing>(things: readonly Thing[]): Thing | undefined =>
    things[Math.floor(random() * things.length)];
  const status = one(statuses) ?? 200;
  const latencyUs = Math.round(18_000 + 60_000 * random() ** 3 + (status === 502 ? 900_000 : 0));
  return {
    routeId: one(routes)?.id ?? null,
    keyId: one(keys)?.id ?? null,
    path: one(paths) ?? '/orders',
    method: status === 201 ? 'POST' : 'GET',
    status,
    latencyUs,
    upstreamLatencyUs: latencyUs - 700,
  };
}

/** What share of the busiest hour an hour has: people work by day, and less at weekends. */
function shareAt(atMs: number): number {
  const at = new Date(atMs);
  const byDay = 0.25 + 0.75 * Math.max(0, Math.sin(((at.getUTCHours() - 5) / 16) * Math.PI));
  return [0, 6].includes(at.getUTCDay()) ? byDay * 0.5 : byDay;
}

/** The same numbers at each run (mulberry32). @returns a function that gives one from 0 to 1 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function databaseUrl(dataDir: string): Promise<string> {
  const read = (...names: string[]) => readFile(path.join(dataDir, 'postgres', ...names), 'utf8');
  // https://www.postgresql.org/docs/current/storage-file-layout.html: the fourth line is the port.
  const [, , , port] = (await read('data', 'postmaster.pid')).split('\n');
  return `postgres://apigate:${await read('password')}@127.0.0.1:${port}/postgres`;
}
