/** The program of a thread of the proxy, which the supervisor starts. */
import { workerData } from 'node:worker_threads';
import { runThread, type ThreadStart } from './run-thread.ts';

const start: ThreadStart = workerData;
await runThread(start);
