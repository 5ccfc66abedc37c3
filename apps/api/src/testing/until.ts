import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 10;
const patienceMs = 10_000;

/** Waits until something is so. @throws Error when it never is */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error('what was waited for did not come');
    await sleep(pollMs);
  }
}
