import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { describeNotServed, notServed, percentile, SteadyLoad } from './steady-load.ts';

const mib = 2 ** 20;
const everyMs = 500;
const connectionsMax = 50;
const databaseConnectionsMax = 16;
/** What is collected comes and goes, so it is highs that are compared: of the second half with those of the first. */
const growthMax = 1.15;

/** Memory and descriptors stay where they are. */
export const memoryDrill: Drill = {
  name: 'memory',
  title: 'a steady load for a while, watching memory and descriptors',
  run,
};

async function run({ isShort }: DrillOptions): Promise<DrillOutcome> {
  const warmMs = isShort ? 1_000 : 20_000;
  const watchedMs = isShort ? 1_500 : 240_000;
  await using upstream = await startScriptedUpstream();
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  await using proxy = await edge.startProxy();
  const from = proxy.descriptors;
  const options = { port: proxy.port, path: '/v1/', keys: edge.keys, connectionsMax };
  await using load = new SteadyLoad({ ...options, perSecond: isShort ? 100 : 500 });
  await sleep(warmMs);
  const seenMiB: number[] = [];
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < watchedMs) {
    seenMiB.push(proxy.rssBytes / mib);
    await sleep(everyMs);
  }
  const to = proxy.descriptors;
  const result = await load.stop();
  const half = Math.floor(seenMiB.length / 2);
  const highs = [seenMiB.slice(0, half), seenMiB.slice(half)].map((part) => Math.max(...part));
  const [firstHigh = 0, secondHigh = 0] = highs;
  const counts = {
    'requests sent': result.sent,
    'requests not served': notServed(result),
    'ms at the 99th percentile': Math.round(percentile(result.latenciesMs, 0.99)),
    'seconds watched': Math.round(watchedMs / 1_000),
    'MiB of memory at most, in the first half': Math.round(firstHigh),
    'the same in the second half': Math.round(secondHigh),
    'descriptors before the load': from,
    'descriptors at its end': to,
  };
  const problems: string[] = [];
  if (notServed(result) > 0) problems.push(`Not served: ${describeNotServed(result)}.`);
  // Seconds are too short for that.
  if (!isShort && secondHigh > firstHigh * growthMax) problems.push('Memory grows.');
  // One to the client and one to the upstream for each connection, and a few to the database.
  if (to > from + 2 * connectionsMax + databaseConnectionsMax)
    problems.push('Descriptors become more.');
  return { counts, problems };
}
