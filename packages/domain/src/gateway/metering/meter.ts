import { rm } from 'node:fs/promises';
import type { UsageRecord } from '../../usage/usage-record.ts';
import type { Counters } from '../counters/counters.ts';
import type { GatewayLogger } from '../gateway-logger.ts';
import { OpenRequests } from './open-requests.ts';
import { SpoolMark } from './spool-mark.ts';
import { SpoolWriter } from './spool-writer.ts';
import type { UsageAdmission } from './usage-codec.ts';
import type { OpenedSpool, Shipping, ShippingProgress } from './usage-shipping.ts';

const bytesMaxDefault = 2 * 1024 ** 3;
const segmentBytesMaxDefault = 16 * 1024 ** 2;
const alarmShare = 0.8;
const retryEveryMs = 100;
const tellUnmeteredEveryMs = 10_000;

/** What happens to requests while usage cannot be spooled: they are refused, or served and counted as unmetered. */
export type WhenFull = 'refuse' | 'serve';

export interface MeterOptions {
  shipping: Shipping;
  /** Takes back units that were taken from quotas and will never reach the database. */
  units: Pick<Counters, 'release' | 'tellReleased'>;
  logger: GatewayLogger;
  whenFull: () => WhenFull;
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
  readonly #mark = new SpoolMark();
  readonly #openRequests = new OpenRequests<UsageAdmission>();
  #spool: OpenedSpool | null = null;
  #writer: SpoolWriter | null = null;
  #number = 0;
  #recorded = 0;
  #progress: ShippingProgress = {
    shipped: 0,
    refused: 0,
    freedBytes: 0,
    damagedBytes: 0,
    shippedToMs: null,
  };
  #unmetered = 0;
  #waitingSinceMs: number | null = null;
  #hasAlarmed = false;
  #toldUnmeteredAtMs = Number.NEGATIVE_INFINITY;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: MeterOptions) {
    this.#options = {
      bytesMax: bytesMaxDefault,
      segmentBytesMax: segmentBytesMaxDefault,
      ...options,
    };
  }

  /** Takes over what dead processes have left, and begins a folder of our own. */
  async start(): Promise<void> {
    const { shipping, units, logger, segmentBytesMax } = this.#options;
    const spool = await shipping.open(this.#mark, {
      onProgress: (progress) => this.#onProgress(progress),
      onReleased: (...released) => units.tellReleased(...released),
    });
    this.#spool = spool;
    if (this.backlog > 0) this.#waitingSinceMs = Date.now();
    this.#writer = new SpoolWriter({
      folder: spool.folder,
      segmentBytesMax,
      logger,
      carryOver: (encoder) => {
        this.#openRequests.forEach((admission, number) => encoder.admission(number, admission));
      },
    });
  }

  /** Whether requests have to be refused, because they could not be metered. */
  get isFull(): boolean {
    return this.#isSpoolFull && this.#options.whenFull() === 'refuse';
  }

  /** Records that the database does not have yet. */
  get backlog(): number {
    return (this.#spool?.records ?? 0) + this.#recorded - this.#progress.shipped;
  }

  get stats(): MeterStats {
    const { shipped, refused, damagedBytes } = this.#progress;
    return {
      backlog: this.backlog,
      spoolBytes: this.#spoolBytes,
      spoolBytesMax: this.#options.bytesMax,
      oldestMs: this.#waitingSinceMs === null ? 0 : Date.now() - this.#waitingSinceMs,
      open: this.#openRequests.size,
      shipped,
      recovered: this.#spool?.records ?? 0,
      refused,
      damagedBytes,
      unmetered: this.#unmetered,
      diskFailures: this.#writer?.failures ?? 0,
    };
  }

  /**
   * Tells of a request that is about to go upstream. Should we be killed before it is recorded, it costs nothing.
   *
   * @returns the number by which it is to be recorded; null when it could not be admitted.
   */
  admit(admission: UsageAdmission): number | null {
    // Only those who serve all the same come here with a full spool; it is counted when they record it.
    if (this.#isSpoolFull && this.#options.whenFull() === 'serve') return null;
    this.#number += 1;
    const number = this.#number;
    this.#openRequests.set(number, admission);
    this.#started().encoder.admission(number, admission);
    return number;
  }

  /** Tells what became of a request. @param number by which it was admitted; null for one that was not */
  record(record: UsageRecord, number: number | null = null): void {
    if (number !== null && this.#openRequests.take(number) !== undefined) {
      this.#started().encoder.completion(number, record);
    } else if (this.#isSpoolFull) return this.#leaveOut(record);
    else this.#started().encoder.whole(record);
    this.#recorded += 1;
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
    this.#mark.move(writer.position);
    if (isWritten) {
      this.#lookAtSize();
      this.#options.shipping.wake(this.backlog);
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
    const { shipping, logger } = this.#options;
    const writer = this.#writer;
    if (writer !== null) {
      writer.flush();
      this.#mark.move(writer.position);
      await shipping.stop(timeoutMs);
      await writer.close();
    }
    const { backlog, open } = this.stats;
    if (backlog > 0 || open > 0) logger.warn({ records: backlog, open }, 'usage_left_in_spool');
    else if (this.#spool !== null) await rm(this.#spool.folder, { recursive: true, force: true });
    await shipping.close();
    return backlog;
  }

  #started(): SpoolWriter {
    if (this.#writer === null) throw new Error('the meter was not started');
    return this.#writer;
  }

  get #spoolBytes(): number {
    const written = (this.#spool?.bytes ?? 0) + (this.#writer?.writtenBytes ?? 0);
    return written - this.#progress.freedBytes;
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
      logger.error({ bytes, bytes_max: bytesMax, records: this.backlog }, 'usage_spool_filling');
    }
  }

  #retrySoon(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.endTurn();
    }, retryEveryMs).unref();
  }

  #onProgress(progress: ShippingProgress): void {
    this.#progress = progress;
    this.#waitingSinceMs = this.backlog === 0 ? null : progress.shippedToMs;
    this.#lookAtSize();
  }
}
