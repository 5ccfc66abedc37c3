import { ingestColumns } from '../../usage/ingest-usage.ts';
import { UsageColumns } from '../../usage/usage-columns.ts';
import type { UsageRecord } from '../../usage/usage-record.ts';
import type { Queryable } from '../../queryable.ts';
import type { GatewayLogger } from '../gateway-logger.ts';
import { loadUsers } from '../load-records.ts';
import type { EncodedUsage } from './encoded-usage.ts';
import type { Quarantine } from './quarantine.ts';
import { UnitSums, type UserUnits } from './unit-sums.ts';

/** The units that were taken from quotas and are on their way to the database. */
export interface UnstoredUnits {
  /** Adds units that an earlier process took, and that have not reached the database as far as is known. */
  recover(userId: string, periodStart: string, units: number): void;
  /** Tells that units have reached the database, which now has `storedUnits` in all. */
  settle(userId: string, periodStart: string, units: number, storedUnits: number): void;
  /** Gives back units that will never reach it. */
  release(userId: string, periodStart: string, units: number): void;
}

/** Records of a batch from one up to another. */
export interface Part {
  from: number;
  to: number;
}

export interface UsageStoreOptions {
  db: Queryable;
  units: UnstoredUnits;
  quarantine: Quarantine;
  logger: GatewayLogger;
  /** Hears of units that were given back. */
  onReleased: (userId: string, periodStart: string, units: number) => void;
}

/** Puts records into the database, and what it will never take into quarantine. */
export class UsageStore {
  readonly #options: UsageStoreOptions;
  readonly #columns = new UsageColumns();
  /** Records in quarantine. */
  refused = 0;

  constructor(options: UsageStoreOptions) {
    this.#options = options;
  }

  /**
   * Stores the parts `left` of records, and takes each out of there once that is done with. To be called again with what
   * is left when it throws.
   *
   * @throws Error when the database cannot be reached.
   */
  async store(records: EncodedUsage, left: Part[]): Promise<void> {
    for (let part = left.at(-1); part !== undefined; part = left.at(-1)) {
      const { from, to } = part;
      try {
        for (const { userId, periodStart, units, storedUnits } of await this.#ingest(
          records,
          part,
        )) {
          this.#options.units.settle(userId, periodStart, units, storedUnits ?? 0);
        }
      } catch (error) {
        if (!isAboutData(error)) throw error;
        if (to - from > 1) {
          const middle = Math.ceil((from + to) / 2);
          left.splice(-1, 1, { from: middle, to }, { from, to: middle });
          continue;
        }
        await this.#refuse(records.recordAt(from), error);
      }
      left.pop();
    }
  }

  async #refuse(record: UsageRecord, error: unknown): Promise<void> {
    const { id, userId, periodStart, units } = record;
    const { quarantine, logger } = this.#options;
    this.refused += 1;
    try {
      const file = await quarantine.addRecord(record, error);
      logger.error({ err: error, request_id: id, file }, 'usage_record_refused');
    } catch {
      // A record that cannot be kept in a file must not keep the others from making room on the disk.
      logger.error({ err: error, request_id: id, record }, 'usage_record_refused');
    }
    if (userId === null || periodStart === null) return;
    this.#options.units.release(userId, periodStart, units);
    this.#options.onReleased(userId, periodStart, units);
  }

  /** Nothing is settled before all of this has worked, because after a failure all of it is done again. */
  async #ingest(records: EncodedUsage, { from, to }: Part): Promise<readonly UserUnits[]> {
    const { db } = this.#options;
    const sums = new UnitSums();
    sums.add(records, from, to);
    this.#columns.fill(records, from, to);
    for (const { userId, periodStart, units } of await ingestColumns(db, this.#columns)) {
      sums.noteStored(userId, periodStart, units);
    }
    // Of the others nothing new was counted: an earlier attempt had worked after all, or the user is gone.
    const uncounted = sums.all.filter(({ storedUnits }) => storedUnits === null);
    for (const periodStart of new Set(uncounted.map((sum) => sum.periodStart))) {
      const ids = uncounted.filter((sum) => sum.periodStart === periodStart).map((s) => s.userId);
      for (const { user, usedUnits } of await loadUsers(db, ids, periodStart)) {
        sums.noteStored(user.id, periodStart, usedUnits);
      }
    }
    return sums.all;
  }
}

/** PostgreSQL's error classes 22 (data exception) and 23 (integrity): trying again cannot help. */
function isAboutData(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && /^2[23]/.test(error.code);
}
