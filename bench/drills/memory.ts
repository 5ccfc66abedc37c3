import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { describeNotServed, notServed, percentile, SteadyLoad } from './steady-load.ts';

const mib = 2 ** 20;
const everyMs = 500;
/** A minute tells no less: what is collected comes and goes by as much as that. */
const slopeMiBPerMinuteMax = 5;

/** Memory and descriptors stay where they are. */
export const memoryDrill: Drill = {
  name: 'memory',
  title: 'a steady load for a while, watching memory and descriptors',
  run,
};

async function run({ isShort }: DrillOptions): Promise<DrillOutcome> {
  const warmMs = isShort ? 1_000 : 20_000;
  const watchedMs = isShort ? 1_500 : 60_000;
  await using upstream = await startScriptedUpstream();
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  await using proxy = await edge.startProxy();
  const options = { port: proxy.port, path: '/v1/', keys: edge.keys, connectionsMax: 50 };
  await using load = new SteadyLoad({ ...options, perSecond: isShort ? 100 : 500 });
  await sleep(warmMs);
  const from = { descriptors: proxy.descriptors, rssBytes: proxy.rssBytes };
  const points: { minutes: number; mib: number }[] = [];
  const startedAtMs = performance.now();
  while (performance.now() - startedAtMs < watchedMs) {
    const minutes = (performance.now() - startedAtMs) / 60_000;
    points.push({ minutes, mib: proxy.rssBytes / mib });
    await sleep(everyMs);
  }
  const to = { descriptors: proxy.descriptors, rssBytes: proxy.rssBytes };
  const result = await load.stop();
  const slope = slopeOf(points);
  const counts = {
    'requests sent': result.sent,
    'requests not served': notServed(result),
    'ms at the 99th percentile': Math.round(percentile(result.latenciesMs, 0.99)),
    'seconds watched': Math.round(watchedMs / 1_000),
    'MiB of memory at the beginning': Math.round(from.rssBytes / mib),
    'MiB of memory at the end': Math.round(to.rssBytes / mib),
    'KiB more a minute': Math.round(slope * 1_024),
    'descriptors at the beginning': from.descriptors,
    'descriptors at the end': to.descriptors,
  };
  const problems: string[] = [];
  if (notServed(result) > 0) problems.push(`Not served: ${describeNotServed(result)}.`);
  // In seconds no slope is to be seen yet.
  if (!isShort && slope > slopeMiBPerMinuteMax) problems.push('Memory grows.');
  if (to.descriptors > from.descriptors + 60) problems.push('Descriptors become more.');
  return { counts, problems };
}

/** By least squares. */
function slopeOf(points: readonly { minutes: number; mib: number }[]): number {
  const mean = (figures: readonly number[]): number =>
    figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  const [x, y] = [mean(points.map((p) => p.minutes)), mean(points.map((p) => p.mib))];
  const above = points.reduce((sum, point) => sum + (point.minutes - x) * (point.mib - y), 0);
  const below = points.reduce((sum, point) => sum + (point.minutes - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
