import type { Caller } from '../callers.ts';
import { Refusal } from '../refusal.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Secret } from './read-credential.ts';

/** How long the database may be silent, and how much may wait for it. */
export interface IdentifyBounds {
  databaseSilenceMaxMs: number;
  keyLookupTimeoutMs: number;
  keyLookupsMax: number;
}

/**
 * Finds whose key it is: at once for a key in use, by one query otherwise; the secret of a `basic` one is hashed where it
 * was not right a moment ago.
 *
 * @param ip where it comes from, for holding back those who guess; null where that is not known.
 */
export function identifyCaller(
  snapshot: Snapshot,
  secret: Secret,
  ip: string | null,
  nowMs: number,
  bounds: IdentifyBounds,
): Caller | Refusal | Promise<Caller | Refusal> {
  const { callers, confirmedAtMs } = snapshot;
  if (performance.now() - confirmedAtMs > bounds.databaseSilenceMaxMs)
    return new Refusal('not_ready');
  const inUse = typeof secret === 'string' ? callers.findInUse(secret) : null;
  if (inUse !== null && snapshot.termsOf(inUse) !== null) return inUse;
  const digest = callers.digest(secret);
  const known = callers.find(digest, nowMs);
  const prove = (caller: Caller | null): Caller | Refusal | Promise<Caller | Refusal> => {
    if (typeof secret === 'string') {
      if (caller === null) return new Refusal('invalid_api_key');
      callers.keepInUse(secret, caller);
      return caller;
    }
    const verdict = callers.basicSecrets.check(caller?.key ?? null, secret, ip, nowMs);
    if (!(verdict instanceof Promise)) return admitted(caller, verdict);
    return verdict.then((late) => {
      // Hashing takes its time, in which the key may have changed. Now that it is right it is not hashed again.
      const isChanged = late === true && callers.find(digest, Date.now()) !== caller;
      return isChanged
        ? identifyCaller(snapshot, secret, ip, Date.now(), bounds)
        : admitted(caller, late);
    });
  };
  if (known === null) return prove(null);
  if (known !== undefined && snapshot.termsOf(known) !== null) return prove(known);
  if (callers.pendingLookups >= bounds.keyLookupsMax) return new Refusal('overloaded');
  return withDeadline(lookUp(snapshot, digest), bounds.keyLookupTimeoutMs).then((found) =>
    found instanceof Refusal ? found : prove(found),
  );
}

function admitted(caller: Caller | null, verdict: true | Refusal): Caller | Refusal {
  return verdict === true ? (caller ?? new Refusal('invalid_api_key')) : verdict;
}

async function lookUp(snapshot: Snapshot, digest: string): Promise<Caller | null | Refusal> {
  try {
    const caller = await snapshot.callers.load(digest);
    if (caller === null) return null;
    // A plan that was made a moment ago may still be on its way to us.
    if (snapshot.termsOf(caller) === null) await snapshot.refreshPlans();
    return snapshot.termsOf(caller) === null ? new Refusal('not_ready') : caller;
  } catch {
    return new Refusal('not_ready');
  }
}

async function withDeadline<T>(result: Promise<T>, timeoutMs: number): Promise<T | Refusal> {
  const { promise: deadline, resolve } = Promise.withResolvers<Refusal>();
  // When we stood still ourselves, the answer may be here and not read yet, so this turn is let come to its end.
  const timer = setTimeout(() => setImmediate(() => resolve(new Refusal('not_ready'))), timeoutMs);
  try {
    return await Promise.race([result, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
