import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { DatabaseRelay } from './database-relay.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import type { Phase } from './load.ts';
import { openScene } from './scene.ts';
import type { DrillStack } from './stack.ts';

const repetitions = 3;
const beforeMs = 2_000;
const shortMs = 500;
const recoveryMaxMs = 10_000;
/** What has piled up takes its time on top of that. */
const shippedPerSecondMin = 3_000;
/** Runnable programs per processor past which delays are the machine's. */
const crowdedMin = 2;
const unknownKeyMaxMs = 5_000;
const apiMaxMs = 5_000;
const ratioMax = 2;
/** Below this a ratio says more about the machine than about us. */
const noiseMs = 10;

interface Database {
  stack: DrillStack;
  relay: DatabaseRelay;
}

interface Outage {
  name: string;
  title: string;
  outageMs: number;
  begin: (database: Database) => Promise<void>;
  end: (database: Database) => Promise<void>;
}

const outages: readonly Outage[] = [
  {
    name: 'postgres-stopped',
    title: 'PostgreSQL stands still (SIGSTOP)',
    outageMs: 30_000,
    begin: async ({ stack }) => signalAll(stack.postgres.pid, 'SIGSTOP'),
    end: async ({ stack }) => signalAll(stack.postgres.pid, 'SIGCONT'),
  },
  {
    name: 'postgres-killed',
    title: 'PostgreSQL is killed and started again',
    outageMs: 3_000,
    begin: ({ stack }) => stack.postgres.kill(),
    end: ({ stack }) => stack.postgres.restart(),
  },
  {
    name: 'postgres-refuses',
    title: 'PostgreSQL refuses connections',
    outageMs: 4_000,
    begin: ({ relay }) => relay.use('refuse'),
    end: ({ relay }) => relay.use('pass'),
  },
  {
    name: 'postgres-silent',
    title: 'PostgreSQL accepts connections and never answers',
    outageMs: 6_000,
    begin: ({ relay }) => relay.use('blackhole'),
    end: ({ relay }) => relay.use('pass'),
  },
  {
    name: 'postgres-resets',
    title: 'connections to PostgreSQL are reset in the middle of an answer',
    outageMs: 4_000,
    begin: ({ relay }) => relay.use('reset'),
    end: ({ relay }) => relay.use('pass'),
  },
  {
    name: 'postgres-commits-unheard',
    title: 'usage is committed, its acknowledgement is lost, and PostgreSQL is killed right then',
    outageMs: 4_000,
    async begin({ relay, stack }) {
      const lost = new Promise<void>((resolve) => {
        relay.onLostAck = resolve;
      });
      await relay.use('lose-acks');
      await lost;
      await stack.postgres.kill();
      await stack.postgres.restart();
    },
    end: ({ relay }) => relay.use('pass'),
  },
];

/** Known keys go on as if nothing were, unknown ones are told to come back, and no usage is lost or counted twice. */
export const outageDrills: readonly Drill[] = outages.map((outage) => ({
  name: outage.name,
  title: outage.title,
  run: (options) => run(outage, options),
}));

async function run(outage: Outage, { isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using relay = new DatabaseRelay();
  await using scene = await openScene(isShort, {
    ownsPostgres: true,
    databaseUrlFor: (url) => relay.open(url),
  });
  const { stack, domain, load } = scene;
  // Every key was seen before the first outage.
  await load.watch(isShort ? shortMs : beforeMs);
  const problems: string[] = [];
  const phases: { before: Phase; during: Phase }[] = [];
  const lookups: number[] = [];
  const recoveries: number[] = [];
  for (let repetition = 0; repetition < (isShort ? 1 : repetitions); repetition += 1) {
    const [early, late] = await domain.newKeys(2);
    if (early === undefined || late === undefined) throw new Error('two keys were made');
    const before = await load.watch(isShort ? shortMs : beforeMs);
    const during = load.begin();
    await outage.begin({ stack, relay });
    const over = sleep(isShort ? shortMs : outage.outageMs);
    const [proxied, ready, api] = await Promise.all([
      ask(stack.proxyPort, { key: early.secret }),
      ask(stack.proxyPort, { path: '/_apigate/readyz' }),
      ask(stack.apiPort, signIn),
    ]);
    // Where some of it is answered after all, a success is as good.
    const isSure = outage.name !== 'postgres-commits-unheard';
    if (![503, ...(isSure ? [] : [200])].includes(proxied.status)) {
      problems.push(`An unknown key was answered with ${proxied.status}.`);
    }
    if (proxied.ms > unknownKeyMaxMs) problems.push('An unknown key waited too long.');
    if (ready.status !== 200) problems.push(`The proxy said ${ready.status} to /readyz.`);
    if (![503, ...(isSure ? [] : [401])].includes(api.status) || api.ms > apiMaxMs) {
      problems.push(`The api answered with ${api.status} after ${Math.round(api.ms)} ms.`);
    }
    await over;
    phases.push({ before, during });
    await outage.end({ stack, relay });
    const endedAt = performance.now();
    const after = load.begin();
    while ((await ask(stack.proxyPort, { key: late.secret })).status !== 200) {
      if (performance.now() - endedAt > 2 * recoveryMaxMs) break;
      await sleep(20);
    }
    const lookupsMs = performance.now() - endedAt;
    lookups.push(lookupsMs);
    // While requests come, there is always some usage under way; what there was at the end of the outage has to arrive.
    await scene.settle();
    recoveries.push(performance.now() - endedAt);
    for (const [when, phase] of Object.entries({ before, during, after })) {
      if (phase.errors > 0) problems.push(`${phase.errors} requests failed ${when} the outage.`);
    }
    say(
      `${during.sent} requests, ${during.errors} failed; p99 ${before.p99Ms.toFixed(1)} ms before, ` +
        `${during.p99Ms.toFixed(1)} ms during; new keys after ${Math.round(lookupsMs)} ms, ` +
        `usage after ${Math.round(recoveries.at(-1) ?? 0)} ms`,
    );
  }
  const ledger = await scene.finish();
  const beforeMsMax = Math.max(...phases.map(({ before }) => before.p99Ms));
  const duringMs = median(phases.map(({ during }) => during.p99Ms));
  const lookupsMs = Math.max(...lookups);
  const recoveryMs = Math.max(...recoveries);
  const pileMsMax =
    Math.max(...phases.map(({ during }) => during.sent)) / (shippedPerSecondMin / 1000);
  const isCrowded = loadavg().some((running) => running / availableParallelism() > crowdedMin);
  if (
    !isShort &&
    !isCrowded &&
    duringMs > Math.max(ratioMax * beforeMsMax, beforeMsMax + noiseMs)
  ) {
    problems.push('The p99 during the outage was more than twice that before.');
  }
  if (lookupsMs > recoveryMaxMs) problems.push('New keys were refused for too long.');
  if (recoveryMs > recoveryMaxMs + pileMsMax) problems.push('Usage arrived too late.');
  return {
    counts: {
      repetitions: phases.length,
      'requests per second': load.perSecond,
      'requests during outages': phases.reduce((sum, { during }) => sum + during.sent, 0),
      'of these failed': phases.reduce((sum, { during }) => sum + during.errors, 0),
      'p99 before, ms': round(beforeMsMax),
      'p99 during, ms': round(duringMs),
      'machine too crowded to judge delays': Number(isCrowded),
      'until new keys were let in again at most, ms': Math.round(lookupsMs),
      'until all usage had arrived at most, ms': Math.round(recoveryMs),
      'connections cut by the relay': relay.cuts,
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

const signIn = {
  path: '/auth/login',
  body: { email: 'nobody@example.com', password: 'wrong password' },
};

const round = (value: number): number => Math.round(value * 10) / 10;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The server first, so that it starts no more processes, then those that it has. */
function signalAll(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  process.kill(pid, signal);
  for (const child of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      if (Number(parent) === pid) process.kill(Number(child), signal);
    } catch {
      // It has left meanwhile.
    }
  }
}
