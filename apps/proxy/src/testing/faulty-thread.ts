/** A thread of the proxy that can be made to crash or to stand still, by a file `crash-SLOT` or `block-SLOT`. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { workerData } from 'node:worker_threads';
import { readConfig } from '../config.ts';
import { runThread, type ThreadStart } from '../run-thread.ts';

const start: ThreadStart = workerData;
const blockMs = 60_000;
/** The data dir. */
const dir = path.resolve(readConfig().spoolDir, '../..');

function isAskedTo(fault: string): boolean {
  const file = path.join(dir, `${fault}-${start.slot}`);
  if (!existsSync(file)) return false;
  rmSync(file);
  return true;
}

setInterval(() => {
  if (isAskedTo('crash')) throw new Error('a fault of a test');
  if (!isAskedTo('block')) return;
  const untilMs = performance.now() + blockMs;
  while (performance.now() < untilMs);
}, 10).unref();

await runThread(start);
