import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyInput, updatePlanInput, updateUserInput } from '@apigate/contract';
import { createKey, revokeKey, updatePlan, updateUser, type DomainContext } from '@apigate/domain';
import { ask } from './ask.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { openScene } from './scene.ts';

const changesPerSecond = 100;
const inForceMaxMs = 1_000;

/** However much is changed, requests go on and the last change is in force within a second. */
export const stormDrill: Drill = {
  name: 'storm',
  title: 'plans, users and keys are changed 100 times per second',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using scene = await openScene(isShort);
  const { stack, domain, load } = scene;
  await load.watch(500);
  const users = await domain.query<{ id: string }>('select id from users');
  const problems: string[] = [];
  const repetitions = isShort ? 1 : 3;
  const before = await load.watch(isShort ? 300 : 2_000);
  let changes = 0;
  let late = 0;
  let sent = 0;
  let failed = 0;
  let inForceMs = 0;
  let seconds = 0;
  const p99sMs: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const phase = load.begin();
    const startedAt = performance.now();
    const stormMs = isShort ? 800 : 5_000;
    const due = (changesPerSecond * stormMs) / 1000;
    const running = new Set<Promise<void>>();
    for (let at = 0; at < due; at += 1) {
      const pauseMs = startedAt + (at * 1000) / changesPerSecond - performance.now();
      if (pauseMs > 0) await sleep(pauseMs);
      const userId = users[at % users.length]?.id ?? '';
      const change = domain.change(kinds[at % kinds.length]?.(userId, at) ?? nothing);
      const ended = change.then(
        () => void (changes += 1),
        () => void (late += 1),
      );
      running.add(ended);
      void ended.finally(() => running.delete(ended));
    }
    await Promise.all(running);
    seconds += (performance.now() - startedAt) / 1000;
    const [key] = await domain.newKeys(1);
    if (key === undefined) throw new Error('a key was made');
    const made = await ask(stack.proxyPort, { key: key.secret });
    if (made.status !== 200) problems.push(`A new key got ${made.status}.`);
    await domain.change((ctx) => revokeKey(ctx, { key: key.id }));
    const revokedAt = performance.now();
    while ((await ask(stack.proxyPort, { key: key.secret })).status === 200) {
      if (performance.now() - revokedAt > 10 * inForceMaxMs) break;
    }
    inForceMs = Math.max(inForceMs, performance.now() - revokedAt);
    sent += phase.sent;
    failed += phase.errors;
    p99sMs.push(phase.p99Ms);
    say(`${changes} changes, ${phase.sent} requests, ${phase.errors} failed`);
  }
  if (failed > 0) problems.push(`${failed} requests failed.`);
  if (late > 0) problems.push(`${late} changes failed.`);
  if (inForceMs > inForceMaxMs) problems.push('The last change came into force too late.');
  const ledger = await scene.finish();
  return {
    counts: {
      repetitions,
      changes,
      'changes per second': Math.round(changes / seconds),
      'requests meanwhile': sent,
      'of these failed': failed,
      'p99 before, ms': Math.round(before.p99Ms * 10) / 10,
      'p99 meanwhile at most, ms': Math.round(Math.max(...p99sMs) * 10) / 10,
      'until the last change was in force at most, ms': Math.round(inForceMs),
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

type Change = (userId: string, at: number) => (ctx: DomainContext) => Promise<unknown>;

const kinds: readonly Change[] = [
  (user, at) => (ctx) => updateUser(ctx, updateUserInput.parse({ user, name: `Name ${at}` })),
  (_user, at) => (ctx) =>
    updatePlan(ctx, updatePlanInput.parse({ plan: 'drill', description: `Version ${at}` })),
  (user) => async (ctx) => {
    const { id } = await createKey(ctx, createKeyInput.parse({ user, name: 'Storm' }));
    await revokeKey(ctx, { key: id });
  },
];

const nothing = (): Promise<void> => Promise.resolve();
