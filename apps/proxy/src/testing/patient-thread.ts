/** A thread of the proxy that waits for Redis longer than a machine that runs all our tests can keep it waiting. */
import { workerData } from 'node:worker_threads';
import { readConfig } from '../config.ts';
import { runThread, type ThreadStart } from '../run-thread.ts';

const start: ThreadStart = workerData;
const config = readConfig();
await runThread(start, { ...config, bounds: { ...config.bounds, redisTimeoutMs: 10_000 } });
