import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 10;

/** Waits until something is so. @returns after how many milliseconds; null when it was not in time */
export async function until(isSo: () => boolean, timeoutMs: number): Promise<number | null> {
  const startedAtMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startedAtMs > timeoutMs) return null;
    await sleep(lookEveryMs);
  }
  return performance.now() - startedAtMs;
}
