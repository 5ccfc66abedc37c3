import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildUser } from '../../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../../testing/test-domain.ts';
import { copySpool, foldersOf, period, startMeter, use, waitUntil } from './testing/metering.ts';
import { temporaryFolder, usageOf } from './testing/spool.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const newUser = async (): Promise<string> => (await buildUser(domain)).id;

async function countOf(userId: string) {
  const { rows } = await domain.db.query<Record<'events' | 'units' | 'hours' | 'quota', string>>(
    `select (select count(*) from usage_events where user_id = $1) as events,
      (select coalesce(sum(units), 0) from usage_events where user_id = $1) as units,
      (select coalesce(sum(requests), 0) from usage_hours where user_id = $1) as hours,
      (select coalesce(sum(units), 0) from quota_periods where user_id = $1) as quota`,
    [userId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a count is a row');
  const { events, units, hours, quota } = row;
  return {
    events: Number(events),
    units: Number(units),
    hours: Number(hours),
    quota: Number(quota),
  };
}

const counted = (count: number, units = count) => ({
  events: count,
  units,
  hours: count,
  quota: units,
});

test('settles the quota with what the database has counted', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  await domain.db.query('insert into quota_periods values ($1, $2, 40)', [userId, period]);
  const own = await startMeter(domain.db, dir.path);
  use(own, userId, 2_500);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  expect(await countOf(userId)).toEqual({ ...counted(2_500), quota: 2_540 });
  expect(own.ledger.used(userId, period)).toBe(2_540);
  expect(await own.meter.close(5_000)).toBe(0);
});

test('a batch whose answer was lost is sent again, and counts once', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path);
  own.db.lostAnswers = 2;
  use(own, userId, 5);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  expect(own.db.lostAnswers).toBe(0);
  expect(await countOf(userId)).toEqual(counted(5));
  expect(own.ledger.used(userId, period)).toBe(5);
  await own.meter.close(5_000);
});

test('a record that the database will not take is set apart, and the others arrive', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path);
  use(own, userId, 6);
  own.ledger.take([], { userId, periodStart: period, units: 1, limit: null, enforcement: 'hard' });
  const poison = usageOf({ userId, periodStart: period, path: 'not\0storable' });
  own.meter.record(poison);
  use(own, userId, 6);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  expect(await countOf(userId)).toEqual(counted(12));
  expect(own.ledger.used(userId, period)).toBe(12);
  expect(own.meter.stats.refused).toBe(1);
  expect(own.logger.events).toContain('usage_record_refused');
  const file = path.join(dir.path, 'quarantine', 'refused.jsonl');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ record: poison });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await own.meter.close(5_000);
});

test('usage of a user that was deleted meanwhile holds nothing up', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  await domain.db.query('delete from users where id = $1', [userId]);
  const own = await startMeter(domain.db, dir.path);
  use(own, userId, 3);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  expect(own.meter.stats).toMatchObject({ shipped: 3, refused: 0 });
  await own.meter.close(5_000);
});

test('closing ships what waits and leaves nothing behind', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path, { shipEveryMs: 60_000 });
  use(own, userId, 9);
  expect(await own.meter.close(5_000)).toBe(0);
  expect(await countOf(userId)).toEqual(counted(9));
  expect(readdirSync(dir.path)).toEqual([]);
});

test('what cannot be shipped in time is shipped by whoever starts next', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path, { isAway: true });
  use(own, userId, 3);
  expect(await own.meter.close(300)).toBe(3);
  const next = await startMeter(domain.db, dir.path);
  expect(next.meter.stats.recovered).toBe(3);
  await waitUntil('shipped', () => next.meter.backlog === 0);
  expect(await countOf(userId)).toEqual(counted(3));
  await next.meter.close(5_000);
  expect(readdirSync(dir.path)).toEqual([]);
});

test('units that a dead process left count against the quota before they are stored', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path, { isAway: true });
  use(own, userId, 8);
  await own.meter.close(0);
  const next = await startMeter(domain.db, dir.path, { isAway: true });
  await domain.db.query('insert into quota_periods values ($1, $2, 90)', [userId, period]);
  next.ledger.open(userId, period, 90);
  expect(next.ledger.used(userId, period)).toBe(98);
  expect(
    next.ledger.take([], { userId, periodStart: period, units: 3, limit: 100, enforcement: 'hard' })
      .quota?.allowed,
  ).toBe(false);
  next.db.isAway = false;
  await waitUntil('shipped', () => next.meter.backlog === 0);
  expect(next.ledger.used(userId, period)).toBe(98);
  await next.meter.close(5_000);
});

test('a request that was admitted and never completed becomes an aborted one that costs nothing', async () => {
  using dir = temporaryFolder();
  using crashed = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path);
  const admission = usageOf({ userId, periodStart: period });
  own.meter.admit(admission);
  expect(own.meter.endTurn()).toBe(true);
  copySpool(dir.path, crashed.path);
  const next = await startMeter(domain.db, crashed.path);
  await waitUntil('shipped', () => next.meter.backlog === 0);
  const { rows } = await domain.db.query(
    'select id, status, units from usage_events where user_id = $1',
    [userId],
  );
  expect(rows).toEqual([{ id: admission.id, status: 499, units: 0 }]);
  await next.meter.close(5_000);
  await own.meter.close(0);
});

test('a full segment is removed once it is shipped, though a request in it is still open', async () => {
  using dir = temporaryFolder();
  using crashed = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path, { segmentBytesMax: 10_000 });
  const long = usageOf({ userId, periodStart: period, path: '/long' });
  const number = own.meter.admit(long);
  for (let at = 0; at < 20; at += 1) use(own, userId, 10);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  const [folder = ''] = foldersOf(dir.path);
  const segments = readdirSync(folder).filter((name) => name.endsWith('.usage'));
  expect(segments).toHaveLength(1);
  expect(own.meter.stats.spoolBytes).toBe(statSync(path.join(folder, segments[0] ?? '')).size);
  copySpool(dir.path, crashed.path);
  own.ledger.take([], { userId, periodStart: period, units: 1, limit: null, enforcement: 'hard' });
  own.meter.record({ ...long, status: 200, units: 1 }, number);
  own.meter.endTurn();
  await waitUntil('shipped', () => own.meter.backlog === 0);
  expect(await countOf(userId)).toEqual(counted(201));
  expect(await own.meter.close(5_000)).toBe(0);
  // Had it been killed before, the request would have been known from the copy in the later segment.
  const next = await startMeter(domain.db, crashed.path);
  expect(next.meter.stats.recovered).toBe(1);
  await next.meter.close(5_000);
  expect(await countOf(userId)).toEqual(counted(201));
});

test('two meters never share a folder, and one that lives is left alone', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const first = await startMeter(domain.db, dir.path, { isAway: true });
  use(first, userId, 2);
  const second = await startMeter(domain.db, dir.path);
  expect(second.meter.stats.recovered).toBe(0);
  expect(foldersOf(dir.path)).toHaveLength(2);
  await first.meter.close(0);
  const both = await Promise.all([
    startMeter(domain.db, dir.path),
    startMeter(domain.db, dir.path),
  ]);
  expect(new Set(both.map(({ meter }) => meter.stats.recovered))).toEqual(new Set([0, 2]));
  for (const { meter } of [second, ...both]) expect(await meter.close(5_000)).toBe(0);
  expect(await countOf(userId)).toEqual(counted(2));
});

test('nobody but the owner can read the spool, and a path of any length will do', async () => {
  using dir = temporaryFolder();
  const deep = path.join(dir.path, 'd'.repeat(100), 'spool');
  const own = await startMeter(domain.db, deep);
  use(own, await newUser(), 1);
  const [folder = ''] = foldersOf(deep);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) {
    expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  }
  const other = await startMeter(domain.db, deep);
  expect(foldersOf(deep)).toHaveLength(2);
  expect([await other.meter.close(5_000), await own.meter.close(5_000)]).toEqual([0, 0]);
});

test('past its size the spool refuses, after an alarm, and goes on once there is room', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path, {
    isAway: true,
    bytesMax: 20_000,
    segmentBytesMax: 4_000,
  });
  while (own.meter.stats.spoolBytes < 16_000) use(own, userId, 1);
  expect([own.meter.isFull, own.logger.events]).toEqual([false, ['usage_spool_filling']]);
  while (!own.meter.isFull) use(own, userId, 1);
  const { backlog } = own.meter;
  own.meter.record(usageOf({ userId, periodStart: period, units: 0, refusalCode: 'overloaded' }));
  expect(own.meter.stats).toMatchObject({ backlog, unmetered: 1 });
  own.policy.whenFull = 'serve';
  expect(own.meter.isFull).toBe(false);
  use(own, userId, 3);
  expect(own.meter.stats).toMatchObject({ backlog, unmetered: 4 });
  expect(own.logger.events).toContain('usage_unmetered');
  expect(own.ledger.used(userId, period)).toBe(backlog);
  own.policy.whenFull = 'refuse';
  own.db.isAway = false;
  await waitUntil('there is room', () => !own.meter.isFull);
  use(own, userId, 1);
  expect(await own.meter.close(5_000)).toBe(0);
  expect(await countOf(userId)).toEqual(counted(backlog + 1));
});

test('what is damaged on disk is set apart, counted and told, and the rest is shipped', async () => {
  using dir = temporaryFolder();
  const userId = await newUser();
  const own = await startMeter(domain.db, dir.path, { isAway: true });
  for (let at = 0; at < 5; at += 1) use(own, userId, 1);
  await own.meter.close(0);
  const [folder = ''] = foldersOf(dir.path);
  const file = path.join(folder, '0000000001.usage');
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)] = 0xff;
  writeFileSync(file, bytes);
  const next = await startMeter(domain.db, dir.path);
  await waitUntil('shipped', () => next.meter.backlog === 0);
  expect(await countOf(userId)).toEqual(counted(4));
  expect(next.meter.stats.damagedBytes).toBeGreaterThan(100);
  expect(next.logger.events).toContain('usage_damaged');
  expect(readdirSync(path.join(dir.path, 'quarantine'))).toHaveLength(1);
  expect(await next.meter.close(5_000)).toBe(0);
});
