import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { openDomain, type DrillDomain } from './domain.ts';
import type { DrillOutcome } from './drill.ts';
import { compareLedger, settleUsage } from './ledger.ts';
import { Load, type LoadOptions } from './load.ts';
import { startDrillStack, type DrillStack, type DrillStackOptions } from './stack.ts';

const shortPerSecond = 100;
const patienceMs = 10_000;
const pauseMs = 50;

/** Everything that most drills begin with: a stack, a way to change things, and clients. */
export interface Scene extends AsyncDisposable {
  stack: DrillStack;
  domain: DrillDomain;
  /** Half of what the machine can do, or less. */
  load: Load;
  /** Waits until what has reached the upstream so far is in the database. */
  settle: () => Promise<number>;
  /** Ends the load, and compares what was answered with what was counted. */
  finish: () => Promise<DrillOutcome>;
}

export async function openScene(
  isShort: boolean,
  stackOptions: DrillStackOptions = {},
  loadOptions: Partial<LoadOptions> = {},
): Promise<Scene> {
  await using opening = new AsyncDisposableStack();
  const stack = opening.use(await startDrillStack(stackOptions));
  const domain = opening.use(await openDomain(stack));
  const target = { ports: stack.proxyPorts, keys: stack.keys, ...loadOptions };
  const perSecond = loadOptions.perSecond ?? (isShort ? shortPerSecond : null);
  const load = opening.use(
    perSecond === null ? await Load.atHalf(target) : new Load({ ...target, perSecond }),
  );
  // A key that no proxy has seen is another matter.
  for (const port of stack.proxyPorts) {
    for (const key of stack.keys) await knows(port, key);
  }
  const opened = opening.move();
  const settle = (): Promise<number> => {
    const ids = new Set(stack.upstream.ids);
    return settleUsage({ query: domain.query, upstream: { ...stack.upstream, ids } });
  };
  return {
    stack,
    domain,
    load,
    settle,
    async finish() {
      await load.stop();
      await settle();
      return compareLedger({ query: domain.query, upstream: stack.upstream }, load.answered);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** A proxy that has just started on a busy machine may not have the time for so many at once. */
async function knows(port: number, key: string): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const { status } = await ask(port, { key });
    if (status === 200) return;
    if (status !== 503 || performance.now() - startedAt > patienceMs) {
      throw new Error(`a key was answered with ${status} before anything happened`);
    }
    await sleep(pauseMs);
  }
}
