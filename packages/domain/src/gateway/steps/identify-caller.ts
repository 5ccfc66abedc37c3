import type { Caller } from '../callers.ts';
import { Refusal } from '../refusal.ts';
import type { Snapshot } from '../snapshot.ts';

/** How long the database may be silent, and how much may wait for it. */
export interface IdentifyBounds {
  databaseSilenceMaxMs: number;
  keyLookupTimeoutMs: number;
  keyLookupsMax: number;
}

/** Finds whose key it is: at once for a key in use, by one query otherwise. */
export function identifyCaller(
  snapshot: Snapshot,
  secret: string,
  nowMs: number,
  bounds: IdentifyBounds,
): Caller | Refusal | Promise<Caller | Refusal> {
  const { callers, confirmedAtMs } = snapshot;
  if (nowMs - confirmedAtMs > bounds.databaseSilenceMaxMs) return new Refusal('not_ready');
  const digest = callers.digest(secret);
  const known = callers.find(digest, nowMs);
  if (known === null) return new Refusal('invalid_api_key');
  if (known !== undefined && snapshot.termsOf(known) !== null) return known;
  if (callers.pendingLookups >= bounds.keyLookupsMax) return new Refusal('overloaded');
  return withDeadline(lookUp(snapshot, digest), bounds.keyLookupTimeoutMs);
}

async function lookUp(snapshot: Snapshot, digest: string): Promise<Caller | Refusal> {
  try {
    const caller = await snapshot.callers.load(digest);
    if (caller === null) return new Refusal('invalid_api_key');
    // A plan that was made a moment ago may still be on its way to us.
    if (snapshot.termsOf(caller) === null) await snapshot.refreshPlans();
    return snapshot.termsOf(caller) === null ? new Refusal('not_ready') : caller;
  } catch {
    return new Refusal('not_ready');
  }
}

async function withDeadline(
  result: Promise<Caller | Refusal>,
  timeoutMs: number,
): Promise<Caller | Refusal> {
  const { promise: deadline, resolve } = Promise.withResolvers<Refusal>();
  const timer = setTimeout(() => resolve(new Refusal('not_ready')), timeoutMs);
  try {
    return await Promise.race([result, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
