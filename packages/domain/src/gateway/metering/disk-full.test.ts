import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildUser } from '../../testing/factories.ts';
import { fillDisk, mountDisk } from '../../testing/small-disk.ts';
import { openTestDomain, type TestDomain } from '../../testing/test-domain.ts';
import type { UsageRecord } from '../../usage/usage-record.ts';
import { foldersOf, period, startMeter, takeOne, use, waitUntil } from './testing/metering.ts';
import { temporaryFolder, usageOf } from './testing/spool.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const diskBytes = 1024 * 1024;

test('on a full disk nothing that was not written is called written, and it goes on by itself', async () => {
  using parent = temporaryFolder();
  const folder = path.join(parent.path, 'disk');
  using _disk = mountDisk(folder, diskBytes);
  const userId = (await buildUser(domain)).id;
  const own = await startMeter(domain.db, folder, {
    isAway: true,
    segmentBytesMax: 100_000,
  });
  const admit = (usage: UsageRecord) => ({ usage, number: own.meter.admit(usage) });
  const open = Array.from({ length: 50 }, () => admit(usageOf({ userId, periodStart: period })));
  expect(own.meter.endTurn()).toBe(true);

  let written = 0;
  let refused: ReturnType<typeof admit>[] = [];
  for (let isWritten = true; isWritten;) {
    const admitted = Array.from({ length: 7 }, () =>
      admit(usageOf({ userId, periodStart: period, units: 0 })),
    );
    isWritten = own.meter.endTurn();
    if (!isWritten) refused = admitted;
    else {
      for (const { usage, number } of admitted) own.meter.record(usage, number);
      written += admitted.length;
    }
  }
  expect(own.meter.isFull).toBe(true);
  expect(own.logger.events).toContain('usage_spool_write_failed');
  for (const { usage, number } of refused) {
    own.meter.record({ ...usage, status: 503, refusalCode: 'overloaded' }, number);
  }
  // Answers to what was admitted while there was room.
  for (const { usage, number } of open) {
    takeOne(own, userId);
    own.meter.record(usage, number);
  }
  expect(own.meter.endTurn()).toBe(false);
  const [spool = ''] = foldersOf(folder);
  const segments = readdirSync(spool).filter((name) => name.endsWith('.usage'));
  const onDisk = segments.reduce((sum, name) => sum + statSync(path.join(spool, name)).size, 0);
  expect(onDisk, 'no part of a write is left').toBe(own.meter.stats.spoolBytes);

  own.db.isAway = false;
  await waitUntil('it goes on', () => !own.meter.isFull && own.meter.endTurn());
  expect(own.logger.events).toContain('usage_spool_writable');
  use(own, userId, 1);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  const { rows } = await domain.db.query(
    `select count(*)::int as events, sum(units)::int as units,
        (count(*) filter (where refusal_code = 'overloaded'))::int as refused
       from usage_events where user_id = $1`,
    [userId],
  );
  expect(rows).toEqual([{ events: written + 7 + 50 + 1, units: 51, refused: 7 }]);
  expect(own.ledger.used(userId, period)).toBe(51);
  expect(await own.meter.close(5_000)).toBe(0);
});

test('told to serve on a full disk, it serves, counts what it does not meter, and says so', async () => {
  using parent = temporaryFolder();
  const folder = path.join(parent.path, 'disk');
  using _disk = mountDisk(folder, diskBytes);
  const userId = (await buildUser(domain)).id;
  const own = await startMeter(domain.db, folder);
  own.policy.whenFull = 'serve';
  use(own, userId, 1);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  const ballast = fillDisk(folder);
  const admitted = usageOf({ userId, periodStart: period });
  takeOne(own, userId);
  while (own.meter.stats.diskFailures === 0) {
    use(own, userId, 1);
  }
  const { backlog } = own.meter;
  own.meter.record(admitted, own.meter.admit(admitted));
  expect([own.meter.endTurn(), own.meter.isFull]).toEqual([true, false]);
  expect(own.meter.stats).toMatchObject({ backlog, unmetered: 1 });
  expect(own.logger.events).toContain('usage_unmetered');
  ballast[Symbol.dispose]();
  await waitUntil('all else is shipped', () => own.meter.backlog === 0);
  use(own, userId, 1);
  await waitUntil('shipped', () => own.meter.backlog === 0);
  expect(own.meter.stats.unmetered).toBe(1);
  expect(await own.meter.close(5_000)).toBe(0);
});
