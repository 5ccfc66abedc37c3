import { setTimeout as sleep } from 'node:timers/promises';
import { revokeKey } from '@apigate/domain';
import { DatabaseRelay, type RelayMode } from './database-relay.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import type { LoadAnswer } from './load.ts';
import { openScene, type Scene } from './scene.ts';

const proxies = 3;
const perSecond = 2_000;
const shortPerSecond = 300;
const revocations = 60;
const shortRevocations = 5;
const watchMs = 250;
const warmMs = 150;
const aimMs = 1_000;
const withoutNoticesMaxMs = 5_000;

/** Revoked under load, a key is refused everywhere within a second. */
export const revocationDrill: Drill = {
  name: 'revocation',
  title: 'keys revoked under 2,000 requests per second on three proxies',
  run: underLoad,
};

/** Where no notification arrives, a revocation is in force within five seconds all the same. */
export const lostNoticesDrill: Drill = {
  name: 'lost-notices',
  title: 'notifications of changes are lost, or who listens for them is cut off or hears nothing',
  run: withoutNotices,
};

/** When each key was last let through, by when the request was sent. */
class LastAccepted {
  readonly #sentAtMs = new Map<string, number>();
  readonly #refused = new Set<string>();

  readonly note = ({ key, status, sentAtMs }: LoadAnswer): void => {
    if (status === 200) {
      this.#sentAtMs.set(key, Math.max(sentAtMs, this.#sentAtMs.get(key) ?? 0));
    } else if (status === 401) this.#refused.add(key);
  };

  wasRefused(key: string): boolean {
    return this.#refused.has(key);
  }

  /** How long after a moment a key was still let through. */
  msAfter(key: string, momentMs: number): number {
    return Math.max(0, (this.#sentAtMs.get(key) ?? 0) - momentMs);
  }
}

async function underLoad({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const accepted = new LastAccepted();
  const rate = isShort ? shortPerSecond : perSecond;
  await using scene = await openScene(
    isShort,
    { proxies, variables: { APIGATE_PROXY_THREADS: '1' } },
    { perSecond: rate, onAnswer: accepted.note },
  );
  const { load, domain } = scene;
  const keys = await domain.newKeys(isShort ? shortRevocations : revocations);
  const revokedAt = new Map<string, number>();
  const phase = load.begin();
  const startedAt = performance.now();
  for (const { id, secret } of keys) {
    // Half of the requests, so that there is one on every proxy every few milliseconds.
    load.useKeys(scene.stack.keys.flatMap((key) => [key, secret]));
    await sleep(warmMs);
    await domain.change((ctx) => revokeKey(ctx, { key: id }));
    revokedAt.set(secret, performance.now());
    await sleep(watchMs);
  }
  load.useKeys(scene.stack.keys);
  const seconds = (performance.now() - startedAt) / 1000;
  await sleep(watchMs);
  const delays = [...revokedAt].map(([key, atMs]) => accepted.msAfter(key, atMs));
  const sorted = delays.toSorted((a, b) => a - b);
  const p99Ms = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Infinity;
  const never = keys.filter(({ secret }) => !accepted.wasRefused(secret)).length;
  say(`last accepted after ${sorted.map(Math.round).join(' ')} ms`);
  const ledger = await scene.finish();
  const problems = [...ledger.problems];
  if (p99Ms > aimMs) problems.push('A revoked key was let through for more than a second.');
  if (never > 0) problems.push(`${never} revoked keys were not seen to be refused.`);
  const other = phase.errors - (phase.refused.get(401) ?? 0);
  if (other > 0) problems.push(`${other} requests failed for other reasons.`);
  return {
    counts: {
      revocations: keys.length,
      proxies,
      'requests per second': Math.round(phase.sent / seconds),
      'last request that was let through after the revocation: p50, ms': Math.round(
        sorted[Math.floor(sorted.length / 2)] ?? 0,
      ),
      'the same: p99, ms': Math.round(p99Ms),
      'requests that failed for other reasons': other,
      ...ledger.counts,
    },
    problems,
  };
}

const faults: Readonly<Record<string, RelayMode | 'terminate'>> = {
  'notifications dropped': 'drop-notices',
  'listeners disconnected': 'terminate',
  'listeners hear nothing': 'starve-followers',
};

async function withoutNotices({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const accepted = new LastAccepted();
  await using relay = new DatabaseRelay();
  await using scene = await openScene(
    isShort,
    { databaseUrlFor: (url) => relay.open(url) },
    { onAnswer: accepted.note },
  );
  const problems: string[] = [];
  const counts: Record<string, number> = {};
  const repetitions = isShort ? 1 : 3;
  for (const [what, fault] of Object.entries(faults)) {
    if (isShort && fault === 'starve-followers') continue;
    let longestMs = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const ms = await revokeDuring(scene, relay, fault, accepted);
      longestMs = Math.max(longestMs, ms);
    }
    say(`${what}: in force after ${Math.round(longestMs)} ms`);
    counts[`${what}: in force after, ms`] = Math.round(longestMs);
    if (longestMs > withoutNoticesMaxMs) problems.push(`With ${what} it took too long.`);
  }
  const ledger = await scene.finish();
  return {
    counts: { repetitions, 'notifications dropped': relay.drops, ...counts, ...ledger.counts },
    problems: [...problems, ...ledger.problems],
  };
}

/** @returns how long the key was let through */
async function revokeDuring(
  { load, domain, stack }: Scene,
  relay: DatabaseRelay,
  fault: RelayMode | 'terminate',
  accepted: LastAccepted,
): Promise<number> {
  const [key] = await domain.newKeys(1);
  if (key === undefined) throw new Error('a key was made');
  load.useKeys([...stack.keys, ...stack.keys.map(() => key.secret)]);
  await sleep(warmMs);
  if (fault === 'terminate') {
    await domain.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'apigate-changes'`,
    );
  } else await relay.use(fault);
  await domain.change((ctx) => revokeKey(ctx, { key: key.id }));
  const revokedAtMs = performance.now();
  while (!accepted.wasRefused(key.secret)) {
    if (performance.now() - revokedAtMs > 4 * withoutNoticesMaxMs) break;
    await sleep(10);
  }
  await sleep(watchMs);
  await relay.use('pass');
  load.useKeys(stack.keys);
  return accepted.msAfter(key.secret, revokedAtMs);
}
