import { rm } from 'node:fs/promises';
import type { GatewayLogger } from '../gateway-logger.ts';
import { writeAck } from './ack-file.ts';
import type { SpoolReader, UsageBatch } from './spool-reader.ts';
import type { Part, UsageStore } from './usage-store.ts';

/** In one shipment; as many as that are worth one at once. */
export const shipmentRecordsMax = 1_000;
const retryMinMs = 200;
const retryMaxMs = 5_000;

/** A folder to be shipped. */
export interface ShipSource {
  folder: string;
  reader: SpoolReader;
}

/** What one shipment did. */
export interface Shipped {
  /** In the database or in quarantine now. */
  records: number;
  /** Of the spool that is free now. */
  bytesFreed: number;
  /** When the last of them was written. */
  shippedToMs: number;
}

export interface ShipperOptions {
  store: UsageStore;
  logger: GatewayLogger;
  /** Between two shipments, unless there are many records. */
  shipEveryMs: number;
  onShipped: (shipped: Shipped) => void;
}

/**
 * Ships folders one after the other, one batch at a time, for as long as that takes. A batch is in the database first,
 * then it is noted how far that goes, and only then the files before are removed: whatever of this is interrupted is
 * done again, and changes nothing the second time.
 */
export class Shipper {
  readonly #options: ShipperOptions;
  readonly #sources: ShipSource[] = [];
  #shipment: { batch: UsageBatch; left: Part[] } | null = null;
  #running: Promise<void> = Promise.resolve();
  #hurry: (() => void) | null = null;
  #failures = 0;
  #isStopped = false;
  /** Whether to stop once nothing more is there. */
  #isEnding = false;

  constructor(options: ShipperOptions) {
    this.#options = options;
  }

  /** Adds a folder behind those there are. */
  add(source: ShipSource): void {
    this.#sources.push(source);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Tells how many records there are; many are shipped at once. */
  wake(backlog: number): void {
    if (backlog >= shipmentRecordsMax && this.#failures === 0) this.#hurry?.();
  }

  /** Ships what is there, tries no longer than `timeoutMs`, and stops. */
  async stop(timeoutMs: number): Promise<void> {
    this.#isEnding = true;
    this.#hurry?.();
    const { promise: deadline, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    await Promise.race([this.#running, deadline]);
    clearTimeout(timer);
    this.#isStopped = true;
    this.#hurry?.();
    for (const { reader } of this.#sources) reader.close();
  }

  async #run(): Promise<void> {
    const { shipEveryMs, onShipped, logger } = this.#options;
    while (!this.#isStopped) {
      let pauseMs = shipEveryMs;
      try {
        // What is there when we are asked to end was there before.
        const isEnding = this.#isEnding;
        const shipped = await this.#shipBatch();
        this.#failures = 0;
        if (shipped !== null) onShipped(shipped);
        else if (isEnding) return;
        if (this.#isEnding) pauseMs = 0;
        else if (shipped !== null && shipped.records >= shipmentRecordsMax) pauseMs = 0;
      } catch (error) {
        this.#failures += 1;
        if (!this.#isStopped) logger.warn({ err: error }, 'usage_shipment_failed');
        const backOffMs = Math.min(retryMinMs * 2 ** (this.#failures - 1), retryMaxMs);
        pauseMs = this.#isEnding ? retryMinMs : backOffMs * (0.5 + Math.random() / 2);
      }
      if (pauseMs > 0) await this.#pause(pauseMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns null when there is nothing to ship. */
  async #shipBatch(): Promise<Shipped | null> {
    const [source] = this.#sources;
    if (source === undefined) return null;
    if (this.#shipment === null) {
      const batch = await source.reader.next(shipmentRecordsMax);
      if (batch === null) return null;
      const all = { from: 0, to: batch.records.count };
      this.#shipment = { batch, left: all.to === 0 ? [] : [all] };
    }
    const { batch, left } = this.#shipment;
    await this.#options.store.store(batch.records, left);
    const bytesFreed = await this.#acknowledge(source, batch);
    this.#shipment = null;
    if (batch.isLast) this.#sources.shift();
    return { records: batch.records.count, bytesFreed, shippedToMs: batch.writtenAtMs };
  }

  /** @returns the bytes that are free now. */
  async #acknowledge({ folder, reader }: ShipSource, batch: UsageBatch): Promise<number> {
    if (batch.isLast) {
      reader.close();
      const bytes = await reader.forget({ segment: Number.POSITIVE_INFINITY, offset: 0 });
      await rm(folder, { recursive: true, force: true });
      return bytes;
    }
    try {
      writeAck(folder, batch.position);
    } catch (error) {
      // A full disk, say. To ship again what was shipped changes nothing, and what is removed now makes room.
      this.#options.logger.warn({ err: error }, 'usage_shipment_not_noted');
    }
    return reader.forget(batch.position);
  }
}
