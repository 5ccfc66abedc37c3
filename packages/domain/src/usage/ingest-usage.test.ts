import { usageOutcomes } from '@apigate/contract';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  buildKey,
  buildPlan,
  buildRefusal,
  buildRoute,
  buildUsageRecord,
  buildUser,
} from '../testing/factories.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import { ingestUsage } from './ingest-usage.ts';
import type { UsageRecord } from './usage-record.ts';

let domain: TestDomain;
let userIds: string[];
let keyIds: string[];
let routeIds: string[];
beforeAll(async () => {
  domain = await openTestDomain();
  const plan = (await buildPlan(domain)).id;
  const users = [
    await buildUser(domain, { plan }),
    await buildUser(domain, { plan }),
    await buildUser(domain, { plan }),
  ];
  userIds = users.map(({ id }) => id);
  keyIds = [];
  for (const { id } of [...users, ...users]) {
    keyIds.push((await buildKey(domain, { user: id })).key.id);
  }
  const route = await buildRoute(domain);
  routeIds = [route.id, (await buildRoute(domain, { upstream: route.upstream.id })).id];
});
afterAll(() => domain[Symbol.asyncDispose]());

beforeEach(clear);

const tables = [
  'usage_events',
  'usage_hours',
  'usage_days',
  'usage_total_hours',
  'usage_total_days',
  'usage_key_periods',
  'usage_activity',
  'quota_periods',
];

async function clear(): Promise<void> {
  for (const table of tables) {
    await domain.db.query(`delete from ${table}`);
  }
  await domain.db.query('update keys set last_used_at = null');
}

interface Sums {
  requests: number;
  units: number;
  bytesIn: number;
  bytesOut: number;
  latencyUs: number;
}

interface Row extends Sums {
  bucket: string;
  userId: string | null;
  keyId: string | null;
  routeId: string | null;
  outcome: string;
  histogram: number[];
}

async function sums(from: string): Promise<Sums> {
  const { rows } = await domain.db.query<Record<keyof Sums, string>>(
    `select coalesce(sum(requests), 0) as requests, coalesce(sum(units), 0) as units,
       coalesce(sum(bytes_in), 0) as "bytesIn", coalesce(sum(bytes_out), 0) as "bytesOut",
       coalesce(sum(latency_us), 0) as "latencyUs" from ${from}`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error('a sum is a row');
  return {
    requests: Number(row.requests),
    units: Number(row.units),
    bytesIn: Number(row.bytesIn),
    bytesOut: Number(row.bytesOut),
    latencyUs: Number(row.latencyUs),
  };
}

/** Requests, errors and units in a table of quota periods. */
async function periodSums(table: string): Promise<number[]> {
  const columns = ['requests', 'errors', 'units', 'bytes_in', 'bytes_out'];
  const { rows } = await domain.db.query<{ sums: number[] }>(
    `select array[${columns.map((column) => `coalesce(sum(${column}), 0)`).join(', ')}]::float8[] as sums from ${table}`,
  );
  return rows[0]?.sums ?? [];
}

function periodSumsOf(records: readonly UsageRecord[]): number[] {
  const sum = (of: (record: UsageRecord) => number) =>
    records.reduce((total, record) => total + of(record), 0);
  const isError = ({ status, refusalCode }: UsageRecord) =>
    refusalCode !== null || !(status >= 200 && status < 400);
  return [
    records.length,
    records.filter(isError).length,
    sum(({ units }) => units),
    sum(({ bytesIn }) => bytesIn),
    sum(({ bytesOut }) => bytesOut),
  ];
}

async function lastUses(): Promise<Map<string, number>> {
  const { rows } = await domain.db.query<{ id: string; at: Date }>(
    'select user_id as id, last_at as at from usage_activity',
  );
  return new Map(rows.map(({ id, at }) => [id, at.getTime()]));
}

function lastUsesOf(records: readonly UsageRecord[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { userId, atMs } of records) {
    if (userId !== null) uses.set(userId, Math.max(atMs, uses.get(userId) ?? 0));
  }
  return uses;
}

const eventSums = () => sums('(select 1 as requests, * from usage_events) e');

async function rollup(table: 'usage_hours' | 'usage_days', column: string): Promise<Row[]> {
  const { rows } = await domain.db.query<Row>(
    `select ${column}::text as bucket, user_id as "userId", key_id as "keyId", route_id as "routeId", outcome,
       requests::float8 as requests, units::float8 as units, bytes_in::float8 as "bytesIn",
       bytes_out::float8 as "bytesOut", latency_us::float8 as "latencyUs",
       latency_histogram::float8[] as histogram
     from ${table} order by 1, 2, 3, 4, 5`,
  );
  return rows;
}

async function quotas(): Promise<{ userId: string; periodStart: string; units: number }[]> {
  const { rows } = await domain.db.query(
    `select user_id as "userId", period_start::text as "periodStart", units::float8 as units
     from quota_periods order by 1, 2`,
  );
  return rows;
}

/** All that usage leaves behind, for telling whether anything changed. */
async function everything() {
  return {
    events: await eventSums(),
    hours: await rollup('usage_hours', 'hour'),
    days: await rollup('usage_days', 'day'),
    quotas: await quotas(),
    keys: (await domain.db.query('select id, last_used_at from keys order by id')).rows,
  };
}

const hourMs = 3_600_000;
const monthEndMs = Date.UTC(2026, 10, 30, 22);

/** A request of somebody, around the end of a month. */
const record: fc.Arbitrary<UsageRecord> = fc
  .record({
    seed: fc.integer({ min: 0, max: 400 }),
    userAt: fc.integer({ min: 0, max: 3 }),
    keyOffset: fc.constantFrom(0, 3, null),
    routeAt: fc.constantFrom(0, 1, null),
    answer: fc.constantFrom<[number, UsageRecord['refusalCode']]>(
      [200, null],
      [204, null],
      [302, null],
      [404, null],
      [429, null],
      [500, null],
      [502, 'upstream_unreachable'],
      [429, 'rate_limited'],
      [101, null],
    ),
    units: fc.integer({ min: 0, max: 5 }),
    bytes: fc.integer({ min: 0, max: 2 ** 40 }),
    latencyUs: fc.integer({ min: 0, max: 100_000_000 }),
  })
  .map(
    ({
      seed,
      userAt,
      keyOffset,
      routeAt,
      answer: [status, refusalCode],
      units,
      bytes,
      latencyUs,
    }) => {
      const userId = userIds[userAt] ?? null;
      const atMs = monthEndMs + seed * 60_000;
      return buildUsageRecord({
        id: v7({ msecs: atMs }),
        atMs,
        userId,
        keyId: userId === null || keyOffset === null ? null : (keyIds[userAt + keyOffset] ?? null),
        routeId: routeAt === null ? null : (routeIds[routeAt] ?? null),
        status,
        refusalCode,
        units: refusalCode === null ? units : 0,
        bytesIn: bytes,
        bytesOut: bytes * 2,
        latencyUs,
      });
    },
  );

/** Batches as a proxy ships them: some requests come again, in the same batch or in a later one. */
const history: fc.Arbitrary<UsageRecord[][]> = fc
  .array(record, { minLength: 1, maxLength: 60 })
  .chain((requests) =>
    fc.array(fc.array(fc.constantFrom(...requests), { maxLength: 30 }), { maxLength: 4 }),
  );

describe('the sums', () => {
  test('of events, rollups, totals and quota are the same, whatever the history', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (batches) => {
        await clear();
        for (const batch of batches) await ingestUsage(domain.db, batch);
        const stored = [...new Set(batches.flat())];
        const total = (of: (given: UsageRecord) => number) =>
          stored.reduce((sum, given) => sum + of(given), 0);

        const expected = {
          requests: stored.length,
          units: total(({ units }) => units),
          bytesIn: total(({ bytesIn }) => bytesIn),
          bytesOut: total(({ bytesOut }) => bytesOut),
          latencyUs: total(({ latencyUs }) => latencyUs),
        };
        expect(await eventSums()).toEqual(expected);
        expect(await sums('usage_hours')).toEqual(expected);
        expect(await sums('usage_days')).toEqual(expected);
        expect(await sums('usage_total_hours')).toEqual(expected);
        expect(await sums('usage_total_days')).toEqual(expected);
        const ofUsers = stored.filter(({ userId }) => userId !== null);
        expect(await periodSums('quota_periods')).toEqual(periodSumsOf(ofUsers));
        expect(await periodSums('usage_key_periods')).toEqual(
          periodSumsOf(ofUsers.filter(({ keyId }) => keyId !== null)),
        );
        expect(await lastUses()).toEqual(lastUsesOf(ofUsers));
        const counted = await quotas();
        for (const { userId, periodStart, units } of counted) {
          const own = stored.filter(
            (given) => given.userId === userId && given.periodStart === periodStart,
          );
          expect(units).toBe(own.reduce((sum, given) => sum + given.units, 0));
        }
        expect(counted.reduce((sum, { units }) => sum + units, 0)).toBe(
          total(({ userId, units }) => (userId === null ? 0 : units)),
        );
        for (const row of [
          ...(await rollup('usage_hours', 'hour')),
          ...(await rollup('usage_days', 'day')),
        ]) {
          expect(usageOutcomes).toContain(row.outcome);
          expect(row.histogram.reduce((sum, count) => sum + count, 0)).toBe(row.requests);
        }
      }),
      { numRuns: 25, interruptAfterTimeLimit: 4000 },
    );
  });

  test('are kept by hour and by day of UTC, by outcome and by latency', async () => {
    const [userId = '', keyId = ''] = [userIds[0], keyIds[0]];
    const at = (iso: string) => Date.parse(iso);
    await ingestUsage(domain.db, [
      buildUsageRecord({ userId, keyId, atMs: at('2026-11-30T23:59:59.999Z'), latencyUs: 499 }),
      buildUsageRecord({ userId, keyId, atMs: at('2026-11-30T23:00:00.000Z'), latencyUs: 500 }),
      buildUsageRecord({
        userId,
        keyId,
        atMs: at('2026-12-01T00:00:00.000Z'),
        latencyUs: 70_000_000,
      }),
      buildUsageRecord({
        userId,
        keyId,
        atMs: at('2026-12-01T00:59:59.999Z'),
        status: 429,
        refusalCode: 'rate_limited',
        units: 0,
      }),
    ]);
    const days = await rollup('usage_days', 'day');
    expect(
      days.map(({ bucket, outcome, requests, units }) => [bucket, outcome, requests, units]),
    ).toEqual([
      ['2026-11-30', '2xx', 2, 2],
      ['2026-12-01', '2xx', 1, 1],
      ['2026-12-01', 'refused', 1, 0],
    ]);
    const [first, second] = days.map(({ histogram }) => histogram);
    expect(first?.slice(0, 3)).toEqual([1, 1, 0]);
    expect(second?.at(-1)).toBe(1);
    expect(await rollup('usage_hours', 'hour')).toHaveLength(3);
    expect(await quotas()).toEqual([
      { userId, periodStart: '2026-11-01', units: 2 },
      { userId, periodStart: '2026-12-01', units: 1 },
    ]);
  });
});

describe('a batch', () => {
  const batchOf = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      buildUsageRecord({
        userId: userIds[at % 3] ?? null,
        keyId: keyIds[at % 6] ?? null,
        routeId: routeIds[at % 2] ?? null,
        atMs: testNow.getTime() + at * 1000,
        units: at % 4,
      }),
    );

  test('tells the count of each user that it changed, as the database has it', async () => {
    const batch = batchOf(12);
    const told = await ingestUsage(domain.db, batch);
    expect(told.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))).toEqual(await quotas());
    const [userId = ''] = userIds;
    expect(await ingestUsage(domain.db, [buildUsageRecord({ userId, units: 5 })])).toEqual([
      {
        userId,
        periodStart: '2026-11-01',
        units: (told.find((own) => own.userId === userId)?.units ?? 0) + 5,
      },
    ]);
  });

  test('changes nothing when it comes again, whole or in part, or with the same record twice', async () => {
    const batch = batchOf(30);
    await ingestUsage(domain.db, [...batch, ...batch.slice(0, 5)]);
    const before = await everything();
    expect(before.events.requests).toBe(30);
    expect(await ingestUsage(domain.db, batch)).toEqual([]);
    expect(await ingestUsage(domain.db, batch.toReversed().slice(3, 17))).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  test('is counted once when it comes ten times at once, overlapping and in any order', async () => {
    for (let round = 0; round < 4; round += 1) {
      await clear();
      const batch = batchOf(300);
      const copies = Array.from({ length: 10 }, (_, at) => {
        const part = batch.slice(at * 7, 300 - at * 3);
        return at % 2 === 0 ? part : part.toReversed();
      });
      await Promise.all(copies.map((copy) => ingestUsage(domain.db, copy)));
      const units = batch.reduce((sum, given) => sum + given.units, 0);
      expect(await eventSums()).toMatchObject({ requests: 300, units });
      expect(await sums('usage_hours')).toMatchObject({ requests: 300, units });
      expect(await sums('usage_days')).toMatchObject({ requests: 300, units });
      expect((await quotas()).reduce((sum, own) => sum + own.units, 0)).toBe(units);
    }
  });

  test('of many proxies at once, each with keys of all, is counted whole', async () => {
    for (let round = 0; round < 3; round += 1) {
      await clear();
      await Promise.all(
        Array.from({ length: 10 }, (_, at) => {
          const batch = batchOf(20 + at * 20);
          return ingestUsage(domain.db, at % 2 === 0 ? batch : batch.toReversed());
        }),
      );
      expect((await eventSums()).requests).toBe(10 * 20 + 45 * 20);
    }
  });

  test('that is empty does nothing', async () => {
    expect(await ingestUsage(domain.db, [])).toEqual([]);
  });

  test('loses the records of users that are gone, and no others', async () => {
    const gone = await buildUser(domain);
    await domain.db.query('delete from users where id = $1', [gone.id]);
    const [userId = ''] = userIds;
    const told = await ingestUsage(domain.db, [
      buildUsageRecord({ userId: gone.id }),
      buildUsageRecord({ userId, units: 2 }),
      buildUsageRecord({ userId: null, status: 401, refusalCode: 'invalid_api_key', units: 0 }),
    ]);
    expect(told).toEqual([{ userId, periodStart: '2026-11-01', units: 2 }]);
    expect((await eventSums()).requests).toBe(2);
  });
});

test('moves the last use of a key forward only', async () => {
  const [userId = '', keyId = ''] = [userIds[0], keyIds[0]];
  const lastUse = async () => {
    const { rows } = await domain.db.query<{ at: Date | null }>(
      'select last_used_at as at from keys where id = $1',
      [keyId],
    );
    return rows[0]?.at ?? null;
  };
  const use = (atMs: number) => ingestUsage(domain.db, [buildUsageRecord({ userId, keyId, atMs })]);
  const base = testNow.getTime();
  expect(await lastUse()).toBeNull();
  await use(base);
  await use(base - hourMs);
  expect(await lastUse()).toEqual(testNow);
  await use(base + hourMs);
  expect(await lastUse()).toEqual(new Date(base + hourMs));
});

test('makes the partitions that it needs, also when many need them at once', async () => {
  const days = Array.from({ length: 5 }, (_, at) => Date.UTC(2031, 0, 1 + at, 23, 59, 59, 999));
  await Promise.all(
    Array.from({ length: 10 }, () =>
      ingestUsage(
        domain.db,
        days.map((atMs) => buildUsageRecord({ atMs })),
      ),
    ),
  );
  const { rows } = await domain.db.query<{ name: string }>(
    `select relname as name from pg_class where relname like 'usage_events_2031%' and relkind = 'r' order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(
    [1, 2, 3, 4, 5].map((day) => `usage_events_2031010${day}`),
  );
  expect((await eventSums()).requests).toBe(50);
});

test('keeps every field as it came, whatever strangers have put into it', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }).filter((given) => !given.includes('\0')),
    fc.constantFrom('', `'; drop table users; --`, '{},"\\', 'NULL', '漢字/😀', 'x'.repeat(9_000)),
  );
  const amount = fc.oneof(
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    fc.constant(Number.MAX_SAFE_INTEGER),
  );
  const maybeId = fc.option(fc.uuid(), { nil: null });
  const fields = fc.record({
    atMs: fc.integer({ min: monthEndMs, max: monthEndMs + 2 * hourMs }),
    planId: maybeId,
    routeId: maybeId,
    method: text,
    path: text,
    status: fc.integer({ min: 100, max: 599 }),
    refusalCode: fc.constantFrom(null, 'rate_limited' as const),
    units: fc.nat({ max: 2 ** 31 - 1 }),
    bytesIn: fc.nat({ max: 2 ** 40 }),
    bytesOut: fc.nat({ max: 2 ** 40 }),
    latencyUs: fc.nat({ max: 2 ** 40 }),
    upstreamLatencyUs: fc.option(amount, { nil: null }),
    ip: fc.option(text, { nil: null }),
    userAgent: fc.option(text, { nil: null }),
    decision: fc.constantFrom(null, buildRefusal().decision),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fields, { minLength: 1, maxLength: 30 }), async (given) => {
      await domain.db.query('delete from usage_events');
      const records = given.map((of) => buildUsageRecord({ ...of, id: v7({ msecs: of.atMs }) }));
      await ingestUsage(domain.db, records);
      const { rows } = await domain.db.query<UsageRecord>(
        `select id, (extract(epoch from at) * 1000)::float8 as "atMs", user_id as "userId", key_id as "keyId",
           plan_id as "planId", route_id as "routeId", method, path, status, refusal_code as "refusalCode", units,
           period_start::text as "periodStart", bytes_in::float8 as "bytesIn", bytes_out::float8 as "bytesOut",
           latency_us::float8 as "latencyUs", upstream_latency_us::float8 as "upstreamLatencyUs", ip,
           user_agent as "userAgent", decision from usage_events`,
      );
      const byId = (a: UsageRecord, b: UsageRecord) => (a.id < b.id ? -1 : 1);
      expect(rows.toSorted(byId)).toEqual(records.toSorted(byId));
    }),
    { numRuns: 40, interruptAfterTimeLimit: 4000 },
  );
});

test.each([
  ['id', { id: 'none' }],
  ['user', { userId: 'é' }],
  ['number', { units: 2 ** 31 }],
  ['text', { userAgent: 'not\0storable' }],
])('takes nothing of a batch in which a %s cannot be stored', async (_, bad) => {
  const records = [buildUsageRecord(), buildUsageRecord(bad)];
  await expect(ingestUsage(domain.db, records)).rejects.toMatchObject({
    code: expect.stringMatching(/^22/),
  });
  expect((await eventSums()).requests).toBe(0);
});
