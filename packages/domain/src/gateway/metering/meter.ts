import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Queryable } from '../../queryable.ts';
import type { UsageRecord } from '../../usage/usage-record.ts';
import type { GatewayLogger } from '../gateway-logger.ts';
import { Quarantine } from './quarantine.ts';
import { recoverFolder } from './recover-folder.ts';
import { Shipper, type Shipped } from './shipper.ts';
import { SpoolFolders } from './spool-folders.ts';
import { SpoolReader } from './spool-reader.ts';
import { SpoolWriter } from './spool-writer.ts';
import type { UsageAdmission } from './usage-codec.ts';
import { UsageStore, type UnstoredUnits } from './usage-store.ts';

const bytesMaxDefault = 2 * 1024 ** 3;
const segmentBytesMaxDefault = 16 * 1024 ** 2;
const shipEveryMsDefault = 200;
const alarmShare = 0.8;
const retryEveryMs = 100;
const tellUnmeteredEveryMs = 10_000;

/** What happens to requests while usage cannot be spooled: they are refused, or served and counted as unmetered. */
export type WhenFull = 'refuse' | 'serve';

export interface MeterOptions {
  /** Folder of the spool on a local disk, which several meters may share; each has a folder of its own in there. */
  dir: string;
  db: Queryable;
  units: UnstoredUnits;
  logger: GatewayLogger;
  whenFull: () => WhenFull;
  /** Between two shipments of few records. */
  shipEveryMs?: number;
  /** What may wait for the database. */
  bytesMax?: number;
  segmentBytesMax?: number;
}

/** How metering is doing. */
export interface MeterStats {
  /** Records on their way to the database. */
  backlog: number;
  /** Of the spool, on disk. */
  spoolBytes: number;
  spoolBytesMax: number;
  /** For how long the oldest record has waited. */
  oldestMs: number;
  /** Admitted and not completed. */
  open: number;
  shipped: number;
  /** Found at the start, left by a process that was killed. */
  recovered: number;
  /** Records in quarantine, because the database will never take them. */
  refused: number;
  /** Bytes in quarantine, because they were damaged. */
  damagedBytes: number;
  /** Requests that were answered and never recorded. */
  unmetered: number;
  /** Writes and synchronisations that the disk did not take. */
  diskFailures: number;
}

interface OpenRequest {
  number: number;
  admission: UsageAdmission;
}

/**
 * Meters requests so that no process has to survive for it. What is told within one turn of the event loop is on disk
 * when `endTurn` has returned true, and from there it reaches the database once, however often anything is killed.
 *
 * Whoever answers requests has to
 * - look at `isFull` before taking a request on, and refuse it as overloaded;
 * - `admit` it and see `endTurn` return true before the first byte goes upstream;
 * - `record` it and see `endTurn` return true before the last byte of its answer leaves.
 * When `endTurn` returns false, requests admitted in that turn are to be refused instead of forwarded, and connections
 * with an answer that was recorded in that turn are to be closed instead of ended; the records are kept, and written
 * later.
 */
export class Meter {
  readonly #options: Required<MeterOptions>;
  readonly #folders: SpoolFolders;
  readonly #quarantine: Quarantine;
  readonly #store: UsageStore;
  readonly #shipper: Shipper;
  readonly #openRequests = new Map<string, OpenRequest>();
  #writer: SpoolWriter | null = null;
  #folder = '';
  #number = 0;
  #backlog = 0;
  /** On disk in folders that were taken over, less what is gone of all. */
  #otherBytes = 0;
  #shipped = 0;
  #recovered = 0;
  #damagedBytes = 0;
  #unmetered = 0;
  #waitingSinceMs: number | null = null;
  #hasAlarmed = false;
  #toldUnmeteredAtMs = Number.NEGATIVE_INFINITY;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: MeterOptions) {
    this.#options = {
      shipEveryMs: shipEveryMsDefault,
      bytesMax: bytesMaxDefault,
      segmentBytesMax: segmentBytesMaxDefault,
      ...options,
    };
    const { dir, db, units, logger, shipEveryMs } = this.#options;
    this.#folders = new SpoolFolders(dir);
    this.#quarantine = new Quarantine(path.join(dir, 'quarantine'));
    this.#store = new UsageStore(db, units, this.#quarantine, logger);
    const onShipped = (shipped: Shipped): void => this.#onShipped(shipped);
    this.#shipper = new Shipper({ store: this.#store, logger, shipEveryMs, onShipped });
  }

  /** Takes over what dead processes have left, and begins a folder of our own. */
  async start(): Promise<void> {
    const { units, logger, segmentBytesMax } = this.#options;
    await this.#folders.open();
    for (const folder of await this.#folders.adopt()) {
      const { source, records, bytes, sums } = await recoverFolder(folder, (damage) =>
        this.#keepDamage(damage),
      );
      for (const sum of sums) units.recover(sum.userId, sum.periodStart, sum.units);
      this.#shipper.add(source);
      this.#recovered += records;
      this.#backlog += records;
      this.#otherBytes += bytes;
      logger.warn({ folder, records, bytes }, 'usage_recovered');
    }
    if (this.#backlog > 0) this.#waitingSinceMs = Date.now();
    this.#folder = await this.#folders.make();
    const writer = new SpoolWriter({
      folder: this.#folder,
      segmentBytesMax,
      logger,
      carryOver: (encoder) => {
        for (const { number, admission } of this.#openRequests.values()) {
          encoder.admission(number, admission);
        }
      },
    });
    this.#writer = writer;
    const reader = new SpoolReader({
      folder: this.#folder,
      from: { segment: 0, offset: 0 },
      writtenTo: () => writer.position,
      onDamage: (damage) => this.#keepDamage(damage),
    });
    this.#shipper.add({ folder: this.#folder, reader });
    this.#shipper.start();
  }

  /** Whether requests have to be refused, because they could not be metered. */
  get isFull(): boolean {
    return this.#isSpoolFull && this.#options.whenFull() === 'refuse';
  }

  /** Records that the database does not have yet. */
  get backlog(): number {
    return this.#backlog;
  }

  get stats(): MeterStats {
    return {
      backlog: this.#backlog,
      spoolBytes: this.#spoolBytes,
      spoolBytesMax: this.#options.bytesMax,
      oldestMs: this.#waitingSinceMs === null ? 0 : Date.now() - this.#waitingSinceMs,
      open: this.#openRequests.size,
      shipped: this.#shipped,
      recovered: this.#recovered,
      refused: this.#store.refused,
      damagedBytes: this.#damagedBytes,
      unmetered: this.#unmetered,
      diskFailures: this.#writer?.failures ?? 0,
    };
  }

  /** Tells of a request that is about to go upstream. Should we be killed before it is recorded, it costs nothing. */
  admit(admission: UsageAdmission): void {
    // Only those who serve all the same come here with a full spool; it is counted when they record it.
    if (this.#isSpoolFull && this.#options.whenFull() === 'serve') return;
    this.#number += 1;
    const number = this.#number;
    this.#openRequests.set(admission.id, { number, admission });
    this.#started().encoder.admission(number, admission);
  }

  /** Tells what became of a request, whether it was admitted or not. */
  record(record: UsageRecord): void {
    const open = this.#openRequests.get(record.id);
    if (open !== undefined) {
      this.#openRequests.delete(record.id);
      this.#started().encoder.completion(open.number, record);
    } else if (this.#isSpoolFull) return this.#leaveOut(record);
    else this.#started().encoder.whole(record);
    this.#backlog += 1;
    this.#waitingSinceMs ??= Date.now();
  }

  /**
   * Writes what was told since the last call.
   *
   * @returns false when it could not be written and what was told must not come true.
   */
  endTurn(): boolean {
    const writer = this.#started();
    if (writer.pendingBytes === 0) return true;
    const isWritten = writer.flush();
    if (isWritten) {
      this.#lookAtSize();
      this.#shipper.wake(this.#backlog);
      return true;
    }
    this.#retrySoon();
    return this.#options.whenFull() === 'serve';
  }

  /**
   * Ships what is there and tries no longer than `timeoutMs`. What cannot be shipped stays on disk for the next start.
   *
   * @returns how many records that are.
   */
  async close(timeoutMs: number): Promise<number> {
    if (this.#retry !== null) clearTimeout(this.#retry);
    const writer = this.#writer;
    if (writer === null) {
      await this.#folders.close();
      return 0;
    }
    writer.flush();
    await this.#shipper.stop(timeoutMs, () => this.#backlog === 0);
    await writer.close();
    if (this.#backlog === 0 && this.#openRequests.size === 0) {
      await rm(this.#folder, { recursive: true, force: true });
    } else {
      const { open, backlog } = this.stats;
      this.#options.logger.warn({ records: backlog, open }, 'usage_left_in_spool');
    }
    await this.#folders.close();
    return this.#backlog;
  }

  #started(): SpoolWriter {
    if (this.#writer === null) throw new Error('the meter was not started');
    return this.#writer;
  }

  get #spoolBytes(): number {
    return this.#otherBytes + (this.#writer?.writtenBytes ?? 0);
  }

  get #isSpoolFull(): boolean {
    return this.#started().isFailing || this.#spoolBytes >= this.#options.bytesMax;
  }

  /** Answers that cost nothing are not worth a full disk, and the others are served by will of the operator. */
  #leaveOut({ userId, periodStart, units }: UsageRecord): void {
    this.#unmetered += 1;
    if (userId !== null && periodStart !== null) {
      this.#options.units.release(userId, periodStart, units);
    }
    const now = performance.now();
    if (now - this.#toldUnmeteredAtMs < tellUnmeteredEveryMs) return;
    this.#toldUnmeteredAtMs = now;
    this.#options.logger.error({ unmetered: this.#unmetered }, 'usage_unmetered');
  }

  #lookAtSize(): void {
    const { bytesMax, logger } = this.#options;
    const bytes = this.#spoolBytes;
    if (bytes < bytesMax * alarmShare) this.#hasAlarmed = false;
    else if (!this.#hasAlarmed) {
      this.#hasAlarmed = true;
      logger.error({ bytes, bytes_max: bytesMax, records: this.#backlog }, 'usage_spool_filling');
    }
  }

  #retrySoon(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.endTurn();
    }, retryEveryMs).unref();
  }

  #onShipped({ records, bytesFreed }: Shipped): void {
    this.#shipped += records;
    this.#backlog -= records;
    this.#otherBytes -= bytesFreed;
    this.#waitingSinceMs = this.#backlog === 0 ? null : this.#shipper.shippedToMs;
    this.#lookAtSize();
  }

  async #keepDamage(damage: Parameters<Quarantine['addBytes']>[0]): Promise<void> {
    const { file, offset, bytes, isTail } = damage;
    const kept = await this.#quarantine.addBytes(damage).catch((error: unknown) => error);
    const values = { file, offset, bytes: bytes.length, kept };
    if (isTail) return this.#options.logger.warn(values, 'usage_tail_cut');
    this.#damagedBytes += bytes.length;
    this.#options.logger.error(values, 'usage_damaged');
  }
}
