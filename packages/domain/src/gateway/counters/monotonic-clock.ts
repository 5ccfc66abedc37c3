/**
 * Milliseconds on the machine's monotonic clock: the same in every thread of the process, whenever the thread was
 * started, and untouched when somebody sets the time. `performance.now()` begins anew with each thread and
 * `performance.timeOrigin` is read from the wall clock, so neither of them, nor their sum, can be compared across threads.
 */
export function monotonicMs(): number {
  return originMs + performance.now();
}

/** Between two readings that lie as close together as a few tries allow. */
function readOrigin(): number {
  let leastMs = Infinity;
  let originMs = 0;
  for (let tries = 0; tries < 5; tries += 1) {
    const before = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const after = performance.now();
    if (after - before >= leastMs) continue;
    leastMs = after - before;
    originMs = seconds * 1000 + nanoseconds / 1e6 - (before + after) / 2;
  }
  return originMs;
}

const originMs = readOrigin();
