import { parentPort } from 'node:worker_threads';
import { Pool } from 'pg';
import { AnswerClock } from './answer-clock.ts';
import { createProxy } from './app.ts';
import { readConfig } from './config.ts';
import { createLogger } from './logger.ts';
import type { ProxyMetricsMemory } from './metrics.ts';
import { shipperOf, ThreadBoard } from './thread-board.ts';
import { ThreadedShipping } from './threaded-shipping.ts';

/** Of all threads together, as long as each has a few. */
const connectionsMax = 16;
const connectionsPerThread = { min: 3, max: 8 };
const connectTimeoutMs = 2_000;
const beatEveryMs = 100;

/** What a thread is started with. */
export interface ThreadStart {
  /** Its place among the threads, from 0; the one that takes over a place gets the same. */
  slot: number;
  /** Its own number, from 1, that no other thread has or had. */
  owner: number;
  threads: number;
  /** The port that the first thread was given, or the one that was asked for. */
  port: number;
  board: SharedArrayBuffer;
  counters: SharedArrayBuffer;
  metrics: ProxyMetricsMemory;
}

/** What a thread tells the supervisor. */
export type ThreadReport =
  | { type: 'listening'; port: number }
  | { type: 'ready' }
  | { type: 'failed'; code: string };

/** What the supervisor tells a thread. */
export interface ThreadOrder {
  type: 'close';
  /** Whether to wait for clients to go elsewhere. */
  isPatient: boolean;
}

/** Runs one whole gateway in this thread until the supervisor says otherwise. */
export async function runThread(
  { slot, owner, threads, port, board: boardMemory, counters, metrics }: ThreadStart,
  given = readConfig(),
): Promise<void> {
  if (parentPort === null) throw new Error('this runs in a worker thread');
  const supervisor = parentPort;
  const tell = (report: ThreadReport): void => supervisor.postMessage(report);
  const order = new Promise<ThreadOrder>((resolve) => supervisor.once('message', resolve));
  const board = new ThreadBoard(boardMemory);
  const config = { ...given, port };
  const logger = createLogger(config.logLevel).child({ thread: slot });
  const { min, max } = connectionsPerThread;
  const connections = Math.min(max, Math.max(min, Math.floor(connectionsMax / threads)));
  const pool = new Pool({
    connectionString: config.databaseUrl,
    application_name: 'apigate-proxy',
    max: connections,
    // All are kept open, because a new connection takes longer than what is asked over it.
    min: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  const clock = new AnswerClock(pool);
  const knowsUnstored = owner > threads;
  const shipping = new ThreadedShipping({
    dir: config.spoolDir,
    databaseUrl: config.databaseUrl,
    logLevel: config.logLevel,
    shipEveryMs: config.bounds.usageShipMs,
    slot,
    counters: { memory: counters, owner: shipperOf(owner), knowsUnstored },
  });
  const beat = setInterval(() => board.beat(slot), beatEveryMs);
  const proxy = createProxy({
    config,
    pool,
    logger,
    thread: {
      counters: { memory: counters, owner, knowsUnstored },
      shipping,
      metrics: { memory: metrics, row: slot },
      areOthersReady: () => board.areReady(slot),
    },
  });
  let isPatient = false;
  try {
    const opened = await Promise.race([proxy.listen(), order.then(() => null)]);
    if (opened !== null) {
      tell({ type: 'listening', port: opened });
      void proxy.ready().then(() => {
        board.setReady(slot, true);
        tell({ type: 'ready' });
      });
    }
    ({ isPatient } = await order);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    tell({ type: 'failed', code: error.code });
  } finally {
    board.setReady(slot, false);
    await proxy.close(isPatient);
    await pool.end();
    clock.stop();
    clearInterval(beat);
    supervisor.unref();
  }
}
