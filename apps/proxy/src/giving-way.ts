/** Who works beside the threads that answer requests, and gets a processor after them where both want the same one. */
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of 20: enough that requests go first, and it still gets a quarter of a processor that is never free. */
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
 * Lets those threads give way in which V8 collects garbage and compiles. There are four of them, however few processors
 * there are, and while each has its turn a request would wait for some 20 ms.
 */
export function letV8GiveWay(): void {
  if (!hasPriorityOfThreads) return;
  for (const id of readdirSync(threadsDir)) {
    const name = readFileSync(`${threadsDir}/${id}/comm`, 'utf8').trim();
    if (name === v8Worker) setPriority(Number(id), niceness);
  }
}
