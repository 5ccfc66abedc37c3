import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Queryable } from '../../../queryable.ts';
import { SharedCounters } from '../../counters/shared-counters.ts';
import { quotaPeriodAt } from '../../quota-period.ts';
import { Meter, type MeterOptions, type WhenFull } from '../meter.ts';
import { UsageShipping, type UsageShippingOptions } from '../usage-shipping.ts';
import { collectingLogger, usageOf } from './spool.ts';

export const period = quotaPeriodAt(Date.now()).start;

/** A database that can be away, and whose answers can be lost after they have come true. */
class FaultyDatabase implements Queryable {
  readonly #pool: Pool;
  isAway = false;
  /** How many of the next batches are stored without anybody hearing of it. */
  lostAnswers = 0;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async query<Row extends object>(text: string, values?: unknown[]): Promise<{ rows: Row[] }> {
    if (this.isAway) throw new Error('the database is away');
    const answer = await this.#pool.query<Row>(text, values);
    if (this.isAway) throw new Error('the database went away');
    if (text.startsWith('with') && this.lostAnswers > 0) {
      this.lostAnswers -= 1;
      throw new Error('the connection was lost after the commit');
    }
    return answer;
  }
}

/** A meter, and what it works with. */
export interface TestMeter {
  meter: Meter;
  ledger: SharedCounters;
  db: FaultyDatabase;
  logger: ReturnType<typeof collectingLogger>;
  /** What `metering.when_full` says. */
  policy: { whenFull: WhenFull };
}

/** Starts a meter on a spool. */
export async function startMeter(
  pool: Pool,
  dir: string,
  overrides: Pick<MeterOptions, 'bytesMax' | 'segmentBytesMax'> &
    Pick<UsageShippingOptions, 'shipEveryMs'> & { isAway?: boolean } = {},
): Promise<TestMeter> {
  const { isAway = false, shipEveryMs = 5, ...options } = overrides;
  const db = new FaultyDatabase(pool);
  db.isAway = isAway;
  const ledger = new SharedCounters();
  const logger = collectingLogger();
  const policy: { whenFull: WhenFull } = { whenFull: 'refuse' };
  const meter = new Meter({
    shipping: new UsageShipping({ dir, db, units: ledger, logger, shipEveryMs }),
    units: ledger,
    logger,
    whenFull: () => policy.whenFull,
    ...options,
  });
  await meter.start();
  return { meter, ledger, db, logger, policy };
}

/** Takes a unit of a user, as a request does. */
export function takeOne({ ledger }: TestMeter, userId: string): void {
  ledger.take([], { userId, periodStart: period, units: 1, limit: null, enforcement: 'hard' });
}

/** Takes from the ledger and records, as requests do. */
export function use(own: TestMeter, userId: string, count: number): void {
  const { meter } = own;
  for (let at = 0; at < count; at += 1) {
    takeOne(own, userId);
    const usage = usageOf({ userId, periodStart: period });
    meter.record(usage, meter.admit(usage));
  }
  meter.endTurn();
}

/** Copies a spool as it is on disk at this moment: what a process would leave that is killed now. */
export function copySpool(from: string, to: string): void {
  for (let isWhole = false; !isWhole;) {
    try {
      cpSync(from, to, { recursive: true, filter: (file) => !file.endsWith('.sock') });
      isWhole = true;
    } catch (error) {
      // A segment that is removed meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      rmSync(to, { recursive: true });
      mkdirSync(to);
    }
  }
}

/** The folders of a spool. */
export function foldersOf(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'quarantine')
    .map(({ name }) => path.join(dir, name));
}

/** Waits until a state has come about. Throws when it has not in ten seconds. */
export async function waitUntil(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not within 10 s: ${what}`);
    await sleep(5);
  }
}
