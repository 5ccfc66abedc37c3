import { setTimeout as sleep } from 'node:timers/promises';
import {
  ingestUsage,
  loadUsers,
  type Queryable,
  type QuotaLedger,
  type UsageRecord,
} from '@apigate/domain/gateway';
import type { Logger } from './logger.ts';

const batchMax = 1_000;
const alarmAt = 100_000;
const retryMinMs = 200;
const retryMaxMs = 5_000;

/** Units of one user in one period. */
interface Sum {
  userId: string;
  periodStart: string;
  units: number;
}

interface StoredSum extends Sum {
  /** All units of the user in the period, as the database has them now. */
  storedUnits: number;
}

/** Ships what was metered to the database in batches, one at a time and in order, for as long as that takes. */
export class Meter {
  readonly #db: Queryable;
  readonly #ledger: QuotaLedger;
  readonly #logger: Logger;
  readonly #bounds: { usageShipMs: number; usageRecordsMax: number };
  #waiting: UsageRecord[] = [];
  /** Being shipped; the same records again until it has worked. */
  #batch: UsageRecord[] = [];
  #timer: NodeJS.Timeout | null = null;
  #shipping: Promise<void> | null = null;
  #failures = 0;
  #hasAlarmed = false;

  constructor(
    db: Queryable,
    ledger: QuotaLedger,
    bounds: { usageShipMs: number; usageRecordsMax: number },
    logger: Logger,
  ) {
    this.#db = db;
    this.#ledger = ledger;
    this.#bounds = bounds;
    this.#logger = logger;
  }

  /** Records that the database does not have yet. */
  get backlog(): number {
    return this.#waiting.length + this.#batch.length;
  }

  /** Whether no more can be taken; then requests have to be refused, because they could not be metered. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#bounds.usageRecordsMax;
  }

  record(record: UsageRecord): void {
    this.#waiting.push(record);
    if (this.#waiting.length >= batchMax && this.#failures === 0) this.#shipSoon(0);
    else this.#shipSoon(this.#bounds.usageShipMs);
    if (this.#waiting.length >= alarmAt && !this.#hasAlarmed) {
      this.#hasAlarmed = true;
      this.#logger.error({ records: this.backlog }, 'usage_backlog');
    }
  }

  /**
   * Ships what is there, and tries no longer than `timeoutMs`.
   *
   * @returns the records that could not be shipped.
   */
  async close(timeoutMs: number): Promise<number> {
    const { promise: deadline, resolve } = Promise.withResolvers<void>();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve();
    }, timeoutMs);
    while (this.backlog > 0 && !isLate) {
      this.#cancelTimer();
      if (this.#failures > 0) await Promise.race([sleep(retryMinMs), deadline]);
      await Promise.race([this.#ship(), deadline]);
    }
    clearTimeout(timer);
    this.#cancelTimer();
    if (this.backlog > 0) this.#logger.error({ records: this.backlog }, 'usage_lost');
    return this.backlog;
  }

  #shipSoon(delayMs: number): void {
    if (this.#shipping !== null) return;
    if (this.#timer !== null) {
      if (delayMs > 0) return;
      this.#cancelTimer();
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#ship();
    }, delayMs);
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #ship(): Promise<void> {
    this.#shipping ??= this.#shipBatch().finally(() => {
      this.#shipping = null;
      if (this.backlog === 0) return;
      const retryMs = Math.min(retryMinMs * 2 ** this.#failures, retryMaxMs);
      if (this.#failures > 0) this.#shipSoon(retryMs);
      else this.#shipSoon(this.#waiting.length >= batchMax ? 0 : this.#bounds.usageShipMs);
    });
    return this.#shipping;
  }

  async #shipBatch(): Promise<void> {
    if (this.#batch.length === 0) this.#batch = this.#waiting.splice(0, batchMax);
    try {
      await this.#store(this.#batch);
      this.#failures = 0;
      if (this.#waiting.length < alarmAt) this.#hasAlarmed = false;
    } catch (error) {
      this.#failures += 1;
      this.#logger.warn({ err: error, records: this.backlog }, 'usage_shipment_failed');
    }
  }

  /** Stores records; those that the database will never take are named in the log, so that they block no others. */
  async #store(records: readonly UsageRecord[]): Promise<void> {
    try {
      const stored = await this.#ingest(records);
      for (const { userId, periodStart, units, storedUnits } of stored) {
        this.#ledger.settle(userId, periodStart, units, storedUnits);
      }
    } catch (error) {
      if (!isAboutData(error)) throw error;
      const [first] = records;
      if (first === undefined) return;
      if (records.length > 1) {
        const middle = Math.ceil(records.length / 2);
        await this.#store(records.slice(0, middle));
        await this.#store(records.slice(middle));
        return;
      }
      this.#logger.error({ err: error, record: first }, 'usage_record_refused');
      const { userId, periodStart, units } = first;
      if (userId !== null && periodStart !== null) this.#ledger.release(userId, periodStart, units);
    }
    const done = new Set(records);
    this.#batch = this.#batch.filter((record) => !done.has(record));
  }

  /** Nothing is settled before all of this has worked, because after a failure all of it is done again. */
  async #ingest(records: readonly UsageRecord[]): Promise<StoredSum[]> {
    const counts = await ingestUsage(this.#db, records);
    const counted = new Map(counts.map((count) => [idOf(count), count.units]));
    const sums = sumsOf(records);
    // Of the others nothing new was counted: an earlier attempt had worked after all, or the user is gone.
    const uncounted = sums.filter((sum) => !counted.has(idOf(sum)));
    for (const periodStart of new Set(uncounted.map((sum) => sum.periodStart))) {
      const ids = uncounted.filter((sum) => sum.periodStart === periodStart).map((s) => s.userId);
      for (const { user, usedUnits } of await loadUsers(this.#db, ids, periodStart)) {
        counted.set(idOf({ userId: user.id, periodStart }), usedUnits);
      }
    }
    return sums.map((sum) => ({ ...sum, storedUnits: counted.get(idOf(sum)) ?? 0 }));
  }
}

function idOf({ userId, periodStart }: Pick<Sum, 'userId' | 'periodStart'>): string {
  return `${userId}:${periodStart}`;
}

function sumsOf(records: readonly UsageRecord[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { userId, periodStart, units } of records) {
    if (userId === null || periodStart === null) continue;
    const id = idOf({ userId, periodStart });
    const sum = sums.get(id);
    if (sum === undefined) sums.set(id, { userId, periodStart, units });
    else sum.units += units;
  }
  return [...sums.values()];
}

/** PostgreSQL's error classes 22 (data exception) and 23 (integrity): trying again cannot help. */
function isAboutData(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && /^2[23]/.test(error.code);
}
