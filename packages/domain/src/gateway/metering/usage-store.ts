import { ingestUsage } from '../../usage/ingest-usage.ts';
import type { UsageRecord } from '../../usage/usage-record.ts';
import type { Queryable } from '../../queryable.ts';
import type { GatewayLogger } from '../gateway-logger.ts';
import { loadUsers } from '../load-records.ts';
import type { Quarantine } from './quarantine.ts';

/** The units that were taken from quotas and are on their way to the database. */
export interface UnstoredUnits {
  /** Adds units that an earlier process took, and that have not reached the database as far as is known. */
  recover(userId: string, periodStart: string, units: number): void;
  /** Tells that units have reached the database, which now has `storedUnits` in all. */
  settle(userId: string, periodStart: string, units: number, storedUnits: number): void;
  /** Gives back units that will never reach it. */
  release(userId: string, periodStart: string, units: number): void;
}

/** Units of one user in one period. */
export interface UserUnits {
  userId: string;
  periodStart: string;
  units: number;
}

interface StoredSum extends UserUnits {
  /** All units of the user in the period, as the database has them now. */
  storedUnits: number;
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
  /** Records in quarantine. */
  refused = 0;

  constructor(options: UsageStoreOptions) {
    this.#options = options;
  }

  /**
   * Stores records, and takes each out of `left` once that is done with. To be called again with the rest when it throws.
   *
   * @throws Error when the database cannot be reached.
   */
  async store(left: Set<UsageRecord>): Promise<void> {
    if (left.size > 0) await this.#store([...left], left);
  }

  async #store(records: readonly UsageRecord[], left: Set<UsageRecord>): Promise<void> {
    try {
      for (const { userId, periodStart, units, storedUnits } of await this.#ingest(records)) {
        this.#options.units.settle(userId, periodStart, units, storedUnits);
      }
    } catch (error) {
      if (!isAboutData(error)) throw error;
      const [first] = records;
      if (first === undefined) return;
      if (records.length > 1) {
        const middle = Math.ceil(records.length / 2);
        await this.#store(records.slice(0, middle), left);
        await this.#store(records.slice(middle), left);
        return;
      }
      await this.#refuse(first, error);
    }
    for (const record of records) left.delete(record);
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
  async #ingest(records: readonly UsageRecord[]): Promise<StoredSum[]> {
    const { db } = this.#options;
    const counts = await ingestUsage(db, records);
    const counted = new Map(counts.map((count) => [idOf(count), count.units]));
    const units = new Map<string, UserUnits>();
    addUnits(units, records);
    const sums = [...units.values()];
    // Of the others nothing new was counted: an earlier attempt had worked after all, or the user is gone.
    const uncounted = sums.filter((sum) => !counted.has(idOf(sum)));
    for (const periodStart of new Set(uncounted.map((sum) => sum.periodStart))) {
      const ids = uncounted.filter((sum) => sum.periodStart === periodStart).map((s) => s.userId);
      for (const { user, usedUnits } of await loadUsers(db, ids, periodStart)) {
        counted.set(idOf({ userId: user.id, periodStart }), usedUnits);
      }
    }
    return sums.map((sum) => ({ ...sum, storedUnits: counted.get(idOf(sum)) ?? 0 }));
  }
}

function idOf({ userId, periodStart }: Pick<UserUnits, 'userId' | 'periodStart'>): string {
  return `${userId}:${periodStart}`;
}

/** Adds the units of records to the sum of their user and period. */
export function addUnits(
  sums: Map<string, UserUnits>,
  records: readonly Pick<UsageRecord, 'userId' | 'periodStart' | 'units'>[],
): void {
  for (const { userId, periodStart, units } of records) {
    if (userId === null || periodStart === null) continue;
    const id = idOf({ userId, periodStart });
    const sum = sums.get(id);
    if (sum === undefined) sums.set(id, { userId, periodStart, units });
    else sum.units += units;
  }
}

/** PostgreSQL's error classes 22 (data exception) and 23 (integrity): trying again cannot help. */
function isAboutData(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && /^2[23]/.test(error.code);
}
