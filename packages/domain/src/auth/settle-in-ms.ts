import { setTimeout as delay } from 'node:timers/promises';

/**
 * Takes at least `ms` for work that is quicker, so that the time does not tell which way it went: whether an address
 * has an account, for one.
 */
export async function settleInMs<T>(ms: number, work: Promise<T>): Promise<T> {
  const [result] = await Promise.allSettled([work, delay(ms)]);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
