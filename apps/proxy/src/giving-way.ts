/** Who works beside the threads that answer requests, and gets a processor after them where both want the same one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of 20: requests go first, and one such thread still gets a quarter of a processor that is never free. */
const niceness = 5;
/** Elsewhere a priority is that of the whole process. */
const hasPriorityOfThreads = process.platform === 'linux';
const threadsDir = '/proc/self/task';
/** As Node names them. */
const v8Worker = 'V8Worker';

/** Lets this thread give way, and those that it starts. */
export function giveWay(): void {
  if (hasPriorityOfThreads) setPriority(niceness);
}

/**
 * Lets those threads give way in which V8 collects garbage and compiles, as far as the system tells of its threads. There
 * are four of them where Node was not told another number, and a request that waited for the turns of all was seen to wait
 * for 20 ms.
 */
export function letV8GiveWay(): void {
  if (!hasPriorityOfThreads || !existsSync(threadsDir)) return;
  for (const id of readdirSync(threadsDir)) {
    const name = readFileSync(`${threadsDir}/${id}/comm`, 'utf8').trim();
    if (name === v8Worker) setPriority(Number(id), niceness);
  }
}
