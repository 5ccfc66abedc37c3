import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import type { ProxyProcess } from './proxy-process.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { describeNotServed, notServed, SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

const connectionsMax = 40;
const threads = 2;
/** A thread that stands still is ended after 5 s. */
const replacedMsMax = 20_000;
const heapMib = 96;
const faults = ['crash', 'block'] as const;
const titles = { crash: 'that threw', block: 'that stood still' };

/**
 * A thread that fails is replaced, and costs no more than the requests that it carried. Out of memory, Node ends the
 * whole process, and whoever supervises it starts it again.
 */
export const threadsDrill: Drill = {
  name: 'threads',
  title: 'threads of the proxy that throw, stand still or run out of memory, under load',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using upstream = await startScriptedUpstream();
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  const faultsDir = path.join(edge.dir, 'faults');
  mkdirSync(faultsDir);
  const variables = { APIGATE_DATA_DIR: path.join(edge.dir, 'data') };
  const moreNodeArgs = [`--max-old-space-size=${heapMib}`];
  const start = (port = 0): Promise<ProxyProcess> =>
    edge.startProxy({ threads, port, faultsDir, variables, moreNodeArgs });
  let proxy = await start();
  const { port } = proxy;
  const perSecond = isShort ? 100 : 300;
  const options = { port, path: '/v1/', keys: edge.keys, perSecond, connectionsMax };
  const repetitions = isShort ? 1 : 3;
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  const noteMost = (what: string, ms: number): void => {
    counts[what] = Math.max(counts[what] ?? 0, Math.round(ms));
  };

  await using load = new SteadyLoad(options);
  // To stand still takes as long as the watchdog waits, which is too long for a short run.
  for (const fault of isShort ? faults.slice(0, 1) : faults) {
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      await sleep(isShort ? 200 : 1_000);
      await until(() => proxy.logged('proxy_ready') > 0, 5_000);
      const before = { died: proxy.logged('thread_died'), ready: proxy.logged('thread_ready') };
      writeFileSync(path.join(faultsDir, `${fault}-${repetition % threads}`), '');
      const isReplaced = (): boolean =>
        proxy.logged('thread_died') > before.died && proxy.logged('thread_ready') > before.ready;
      const replacedMs = await until(() => isReplaced() || !proxy.isRunning, replacedMsMax);
      if (!proxy.isRunning) return { counts, problems: [`A thread ${titles[fault]} ended all.`] };
      if (replacedMs === null) problems.push(`A thread ${titles[fault]} was not replaced.`);
      noteMost(
        `ms until a thread ${titles[fault]} was replaced, at most`,
        replacedMs ?? replacedMsMax,
      );
      say(`a thread ${titles[fault]} was replaced`);
    }
  }
  const deaths = proxy.logged('thread_died');
  const result = await load.stop();
  const failed = notServed(result);
  counts['threads replaced'] = deaths;
  counts['requests sent meanwhile'] = result.sent;
  counts['of these broken off with their thread'] = failed;
  // What a thread carries when it dies, and for one that stands still what waits at its door.
  if (failed > deaths * connectionsMax)
    problems.push(`Too many failed: ${describeNotServed(result)}.`);
  if (result.answered.size < result.sent * 0.9) problems.push('Fewer than 90 % were answered.');

  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    await using busy = new SteadyLoad(options);
    await sleep(isShort ? 200 : 1_000);
    writeFileSync(path.join(faultsDir, `hoard-${repetition % threads}`), '');
    const deathsBefore = proxy.logged('thread_died');
    await until(() => !proxy.isRunning || proxy.logged('thread_died') > deathsBefore, 20_000);
    const diedAtMs = performance.now();
    // Where Node could end the thread alone, it is the supervisor that replaces it.
    if (proxy.isRunning) await sleep(replacedMsMax / 4);
    else proxy = await start(port);
    noteMost('ms until it served again after running out of memory', performance.now() - diedAtMs);
    await busy.stop();
    await using after = new SteadyLoad(options);
    await sleep(isShort ? 200 : 1_000);
    const served = await after.stop();
    if (notServed(served) > 0) problems.push(`Behind it: ${describeNotServed(served)}.`);
    say('a thread ran out of memory');
  }
  counts['times out of memory'] = repetitions;

  const code = await proxy.stop('SIGTERM');
  const events = new Set(
    (await edge.query<{ id: string }>('select id from usage_events')).map(({ id }) => id),
  );
  const lost = [...upstream.ids].filter((id) => !events.has(id)).length;
  counts['requests that reached the upstream'] = upstream.ids.size;
  counts['of these without an event'] = lost;
  if (lost > 0) problems.push(`${lost} requests have no usage event.`);
  if (code !== 0) problems.push(`It left with ${code}.`);
  return { counts, problems };
}
