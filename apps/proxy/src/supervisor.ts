import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { counterMemory, SharedCounters } from '@apigate/domain/counters';
import type { Logger } from './logger.ts';
import type { ProxyMetricsMemory } from './metrics.ts';
import type { ThreadOrder, ThreadReport, ThreadStart } from './run-thread.ts';
import { shipperOf, ThreadBoard } from './thread-board.ts';

const countersMax = 450_000;
const restartDelaysMs = [0, 100, 500, 2_000, 5_000];
/** Deaths this close together count as one story. */
const deathsWithinMs = 60_000;
const deathsPerThreadMax = 10;
/** Where it has never worked, it will not soon. */
const deathsBeforeReadyMax = 3;
const lookEveryMs = 500;
const mebibyte = 2 ** 20;
/**
 * Of a thread, in MiB. Most of what a request leaves is of no use at once, so an eighth of the space that V8 would take
 * for what is new does as well and is swept in shorter breaks; and below 2 GiB it lets less waste gather.
 */
const newSpaceMib = 24;
const heapMibMax = 1_024;

export interface SupervisorOptions {
  /** The program of a thread. */
  entry: URL;
  threads: number;
  port: number;
  metrics: ProxyMetricsMemory;
  logger: Logger;
  /** For how long the event loop of a thread may stand still. */
  stuckMs: number;
  /** For a thread to close in, after which it is ended. */
  closeTimeoutMs: number;
}

/** How the whole came to its end. */
export type SupervisorEnd = 'closed' | 'port_taken' | 'keeps_dying';

interface Thread {
  slot: number;
  owner: number;
  worker: Worker;
  beats: number;
  /** Looks in a row that found it standing still. */
  stuckLooks: number;
}

/**
 * Runs the gateway in several threads that listen on one port and count in one memory. A thread that dies or stands
 * still is replaced, and the others go on meanwhile.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #board: ThreadBoard;
  readonly #counters = counterMemory(countersMax);
  readonly #threads = new Map<number, Thread>();
  readonly #ended = Promise.withResolvers<SupervisorEnd>();
  readonly #ready = Promise.withResolvers<number>();
  #owners = 0;
  #port: number;
  #watch: NodeJS.Timeout | null = null;
  #wasReady = false;
  #lookedAtMs = 0;
  #deathsAtMs: number[] = [];
  #order: ThreadOrder | null = null;
  #end: SupervisorEnd = 'closed';

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#board = new ThreadBoard(options.threads);
  }

  /** Starts the first thread, and the others once it has the port. */
  start(): void {
    this.#launch(0);
    this.#lookedAtMs = performance.now();
    this.#watch = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Settles with the port once every thread is ready. */
  get ready(): Promise<number> {
    return this.#ready.promise;
  }

  /** Settles when no thread is left. */
  get ended(): Promise<SupervisorEnd> {
    return this.#ended.promise;
  }

  /** Tells every thread to finish what it does and to leave. */
  close(isPatient: boolean): void {
    if (this.#order !== null) return;
    this.#order = { type: 'close', isPatient };
    for (const { worker } of this.#threads.values()) worker.postMessage(this.#order);
    setTimeout(() => {
      for (const { slot, worker } of this.#threads.values()) {
        this.#options.logger.error({ slot }, 'thread_did_not_close');
        void worker.terminate();
      }
    }, this.#options.closeTimeoutMs).unref();
    this.#finishIfLast();
  }

  #launch(slot: number): void {
    if (this.#order !== null) return this.#finishIfLast();
    const { entry, threads, metrics } = this.#options;
    this.#owners += 1;
    const owner = this.#owners;
    const workerData: ThreadStart = {
      slot,
      owner,
      threads,
      port: this.#port,
      board: this.#board.memory,
      counters: this.#counters,
      metrics,
    };
    const heapMib = Math.floor(getHeapStatistics().heap_size_limit / mebibyte);
    const worker = new Worker(entry, {
      workerData,
      name: `proxy ${slot}`,
      resourceLimits: {
        maxYoungGenerationSizeMb: newSpaceMib,
        maxOldGenerationSizeMb: Math.min(heapMib, heapMibMax),
      },
    });
    const beats = this.#board.beatsOf(slot);
    this.#threads.set(slot, { slot, owner, worker, beats, stuckLooks: 0 });
    worker.on('message', (report: ThreadReport) => this.#hear(slot, report));
    worker.on('error', (error) => {
      this.#options.logger.error({ err: error, slot }, 'thread_failed');
    });
    worker.once('exit', (code) => this.#bury(slot, owner, code));
  }

  #hear(slot: number, report: ThreadReport): void {
    const { logger, threads } = this.#options;
    if (report.type === 'failed') {
      this.#end = 'port_taken';
      return this.close(false);
    }
    if (report.type === 'listening' && slot === 0 && this.#owners === 1) {
      this.#port = report.port;
      for (let other = 1; other < threads; other += 1) this.#launch(other);
    }
    if (report.type === 'ready') {
      logger.info({ slot }, 'thread_ready');
      this.#wasReady = true;
      if (this.#board.areReady()) this.#ready.resolve(this.#port);
    }
  }

  #bury(slot: number, owner: number, code: number): void {
    this.#threads.delete(slot);
    this.#board.setReady(slot, false);
    const counters = new SharedCounters({ memory: this.#counters });
    for (const dead of [owner, shipperOf(owner)]) counters.freeLocksOf(dead);
    if (this.#order !== null) return this.#finishIfLast();
    const nowMs = performance.now();
    this.#deathsAtMs = this.#deathsAtMs.filter((atMs) => nowMs - atMs < deathsWithinMs);
    const delayMs = restartDelaysMs[this.#deathsAtMs.length] ?? restartDelaysMs.at(-1) ?? 0;
    this.#deathsAtMs.push(nowMs);
    this.#options.logger.error({ slot, code, restart_ms: delayMs }, 'thread_died');
    const { threads } = this.#options;
    const deathsMax = this.#wasReady ? deathsPerThreadMax * threads : deathsBeforeReadyMax;
    if (this.#deathsAtMs.length >= deathsMax) {
      this.#end = 'keeps_dying';
      return this.close(false);
    }
    setTimeout(() => this.#launch(slot), delayMs);
  }

  /** Ends threads that stand still. Time in which we stood still ourselves, as the whole process may, does not count. */
  #look(): void {
    const nowMs = performance.now();
    const isLate = nowMs - this.#lookedAtMs > lookEveryMs * 3;
    this.#lookedAtMs = nowMs;
    for (const thread of this.#threads.values()) {
      const beats = this.#board.beatsOf(thread.slot);
      const isStill = beats === thread.beats && beats > 0;
      thread.beats = beats;
      thread.stuckLooks = isStill && !isLate ? thread.stuckLooks + 1 : 0;
      if (thread.stuckLooks * lookEveryMs < this.#options.stuckMs) continue;
      thread.stuckLooks = 0;
      this.#options.logger.error({ slot: thread.slot }, 'thread_stuck');
      void thread.worker.terminate();
    }
  }

  #finishIfLast(): void {
    if (this.#threads.size > 0) return;
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#ended.resolve(this.#end);
  }
}
