import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SharedCountersOptions } from '@apigate/domain/counters';
import {
  shipmentRecordsMax,
  type OpenedSpool,
  type Shipping,
  type ShippingListener,
  type ShippingProgress,
  type SpoolMark,
} from '@apigate/domain/metering';

const entry = new URL('./shipping-thread.ts', import.meta.url);
/** For what is new in the heap of the thread, in MiB: little, because batches are bytes outside of it. */
const newSpaceMib = 8;
/** For the worst case, in MiB: a batch of the longest paths there are, of which each record is set aside as an object. */
const heapMibMax = 512;
/** For an answer of the thread beyond what it was given time for. */
const reserveMs = 2_000;

/** What a thread that ships is started with. */
export interface ShippingThreadStart {
  dir: string;
  databaseUrl: string;
  logLevel: string;
  shipEveryMs: number;
  /** Place of the thread for which it ships. */
  slot: number;
  counters: SharedCountersOptions;
  mark: SharedArrayBuffer;
}

/** What it is told. */
export type ShippingOrder =
  | { type: 'wake'; backlog: number }
  | { type: 'stop'; timeoutMs: number }
  | { type: 'close' };

/** What it tells. */
export type ShippingReport =
  | { type: 'opened'; spool: OpenedSpool }
  | { type: 'progress'; progress: ShippingProgress }
  | { type: 'released'; userId: string; periodStart: string; units: number }
  | { type: 'stopped' };

/**
 * Ships in a thread of its own, so that no request waits while records are read, turned into SQL and acknowledged. It
 * dies with the thread that it ships for, and takes that one with it should it fail: whoever comes next takes the spool
 * over.
 */
export class ThreadedShipping implements Shipping {
  readonly #start: Omit<ShippingThreadStart, 'mark'>;
  readonly #stopped = Promise.withResolvers<void>();
  #worker: Worker | null = null;
  #isAwake = false;

  constructor(start: Omit<ShippingThreadStart, 'mark'>) {
    this.#start = start;
  }

  open(mark: SpoolMark, listener: ShippingListener): Promise<OpenedSpool> {
    const workerData: ShippingThreadStart = { ...this.#start, mark: mark.memory };
    const worker = new Worker(entry, {
      workerData,
      name: `shipping ${workerData.slot}`,
      resourceLimits: {
        maxYoungGenerationSizeMb: newSpaceMib,
        maxOldGenerationSizeMb: heapMibMax,
      },
    });
    this.#worker = worker;
    const { promise, resolve, reject } = Promise.withResolvers<OpenedSpool>();
    let isOpened = false;
    worker.on('message', (report: ShippingReport) => {
      if (report.type === 'opened') {
        isOpened = true;
        resolve(report.spool);
      } else if (report.type === 'progress') {
        this.#isAwake = false;
        listener.onProgress(report.progress);
      } else if (report.type === 'released') {
        listener.onReleased(report.userId, report.periodStart, report.units);
      } else this.#stopped.resolve();
    });
    worker.once('error', (error) => {
      if (isOpened) throw error;
      reject(error);
    });
    worker.once('exit', () => {
      this.#worker = null;
      this.#stopped.resolve();
    });
    return promise;
  }

  wake(backlog: number): void {
    if (this.#isAwake || backlog < shipmentRecordsMax) return;
    this.#isAwake = true;
    this.#tell({ type: 'wake', backlog });
  }

  async stop(timeoutMs: number): Promise<void> {
    this.#tell({ type: 'stop', timeoutMs });
    await this.#within(this.#stopped.promise, timeoutMs + reserveMs);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const left = once(worker, 'exit');
    this.#tell({ type: 'close' });
    await this.#within(left, reserveMs);
  }

  #tell(order: ShippingOrder): void {
    this.#worker?.postMessage(order);
  }

  /** Waits for the thread, and ends it when it takes too long. */
  async #within(done: Promise<unknown>, timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => void this.#worker?.terminate(), timeoutMs);
    await done;
    clearTimeout(timer);
  }
}
