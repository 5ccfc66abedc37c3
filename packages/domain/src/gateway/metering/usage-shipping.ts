import path from 'node:path';
import type { Queryable } from '../../queryable.ts';
import type { GatewayLogger } from '../gateway-logger.ts';
import { Quarantine } from './quarantine.ts';
import { recoverFolder } from './recover-folder.ts';
import { Shipper } from './shipper.ts';
import { SpoolFolders } from './spool-folders.ts';
import type { SpoolMark } from './spool-mark.ts';
import { SpoolReader, type SpoolDamage } from './spool-reader.ts';
import { UsageStore, type UnstoredUnits } from './usage-store.ts';

const shipEveryMsDefault = 200;

/** A spool that was opened: a folder to write to, and what dead processes have left. */
export interface OpenedSpool {
  folder: string;
  /** Records that were left, as far as is known not shipped. */
  records: number;
  /** On disk, of these. */
  bytes: number;
}

/** What shipping has done since it began. */
export interface ShippingProgress {
  /** Records that are in the database or in quarantine. */
  shipped: number;
  /** Of them those in quarantine, because the database will never take them. */
  refused: number;
  /** Of the spool, gone from the disk. */
  freedBytes: number;
  /** In quarantine, because they were no records any more. */
  damagedBytes: number;
  /** When the last was written that is shipped; null as long as there is none. */
  shippedToMs: number | null;
}

/** Hears of what becomes of a spool. */
export interface ShippingListener {
  onProgress: (progress: ShippingProgress) => void;
  /** Units were given back to the counters of this process, because their record is in quarantine. */
  onReleased: (userId: string, periodStart: string, units: number) => void;
}

/** Brings a spool to the database, in this thread or from another one. */
export interface Shipping {
  /**
   * Takes over what dead processes have left, makes a folder of our own, and ships both from then on.
   *
   * @param mark how far the folder is written.
   */
  open: (mark: SpoolMark, listener: ShippingListener) => Promise<OpenedSpool>;
  /** Tells how many records wait; many are shipped at once. */
  wake: (backlog: number) => void;
  /** Ships all that is written now, tries no longer than `timeoutMs`, and stops. */
  stop: (timeoutMs: number) => Promise<void>;
  /** Lets go of the spool, and of what is left in it, for others to take over. */
  close: () => Promise<void>;
}

export interface UsageShippingOptions {
  /** Folder of the spool on a local disk, which several meters may share; each has a folder of its own in there. */
  dir: string;
  db: Queryable;
  /** The counters of this process. */
  units: UnstoredUnits;
  logger: GatewayLogger;
  /** Between two shipments of few records. */
  shipEveryMs?: number;
}

/** Ships in the thread in which it is made. */
export class UsageShipping implements Shipping {
  readonly #options: UsageShippingOptions;
  readonly #folders: SpoolFolders;
  readonly #quarantine: Quarantine;
  #shipper: Shipper | null = null;
  #damagedBytes = 0;

  constructor(options: UsageShippingOptions) {
    this.#options = options;
    this.#folders = new SpoolFolders(options.dir);
    this.#quarantine = new Quarantine(path.join(options.dir, 'quarantine'));
  }

  async open(mark: SpoolMark, listener: ShippingListener): Promise<OpenedSpool> {
    const { db, units, logger, shipEveryMs = shipEveryMsDefault } = this.#options;
    const { onReleased } = listener;
    const store = new UsageStore({ db, units, quarantine: this.#quarantine, logger, onReleased });
    let shipped = 0;
    let freedBytes = 0;
    const shipper = new Shipper({
      store,
      logger,
      shipEveryMs,
      onShipped: (shipment) => {
        shipped += shipment.records;
        freedBytes += shipment.bytesFreed;
        const { refused } = store;
        const { shippedToMs } = shipment;
        const damagedBytes = this.#damagedBytes;
        listener.onProgress({ shipped, refused, freedBytes, damagedBytes, shippedToMs });
      },
    });
    const left = { records: 0, bytes: 0 };
    await this.#folders.open();
    for (const folder of await this.#folders.adopt()) {
      const found = await recoverFolder(folder, (damage) => this.#keepDamage(damage));
      for (const sum of found.sums) units.recover(sum.userId, sum.periodStart, sum.units);
      shipper.add(found.source);
      left.records += found.records;
      left.bytes += found.bytes;
      logger.warn({ folder, records: found.records, bytes: found.bytes }, 'usage_recovered');
    }
    const folder = await this.#folders.make();
    const reader = new SpoolReader({
      folder,
      from: { segment: 0, offset: 0 },
      writtenTo: () => mark.position,
      onDamage: (damage) => this.#keepDamage(damage),
    });
    shipper.add({ folder, reader });
    shipper.start();
    this.#shipper = shipper;
    return { folder, ...left };
  }

  wake(backlog: number): void {
    this.#shipper?.wake(backlog);
  }

  async stop(timeoutMs: number): Promise<void> {
    await this.#shipper?.stop(timeoutMs);
  }

  close(): Promise<void> {
    return this.#folders.close();
  }

  async #keepDamage(damage: SpoolDamage): Promise<void> {
    const { file, offset, bytes, isTail } = damage;
    const kept = await this.#quarantine.addBytes(damage).catch((error: unknown) => error);
    const values = { file, offset, bytes: bytes.length, kept };
    if (isTail) return this.#options.logger.warn(values, 'usage_tail_cut');
    this.#damagedBytes += bytes.length;
    this.#options.logger.error(values, 'usage_damaged');
  }
}
