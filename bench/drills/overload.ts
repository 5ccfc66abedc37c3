import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge, type Edge } from './edge.ts';
import type { ProxyProcess } from './proxy-process.ts';
import { startScriptedUpstream, type Script } from './scripted-upstream.ts';
import { percentile, SteadyLoad, type SteadyLoadResult } from './steady-load.ts';

const mib = 2 ** 20;
const upstreamConnections = 8;
const workMs = 25;
const factor = 10;
const rssMiBMax = 300;
/** In the second half of the flood, by when all queues are long full. */
const growthMiBMax = 50;
const recoveryMsMax = 5_000;

/** More comes than an upstream can do: as much as it can is done, and the rest is told to come later. */
export const overloadDrill: Drill = {
  name: 'overload',
  title: 'ten times as many requests as an upstream can do, and as a plan allows',
  run,
};

const work: Script = (_req, res) => {
  setTimeout(() => res.writeHead(200, { 'Content-Length': 2 }).end('ok'), workMs);
};

const served = ({ statuses }: SteadyLoadResult): number => statuses.get(200) ?? 0;

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const overloadMs = isShort ? 2_000 : 60_000;
  await using upstream = await startScriptedUpstream({ scripts: { work } });
  const connectionsMax = upstreamConnections;
  const route = { path: '/v1', url: upstream.url, upstream: { connectionsMax } };
  await using edge = await startEdge([route]);
  const proxy = await edge.startProxy();
  const options = { port: proxy.port, path: '/v1/work', keys: edge.keys, connectionsMax: 2_000 };

  // All that the upstream can do, without more in front of it than it can take.
  const calm = new SteadyLoad({ ...options, perSecond: 2_000, connectionsMax: 16 });
  await sleep(500);
  const [calmFrom, calmFromMs] = [served(calm.result), performance.now()];
  await sleep(isShort ? 800 : 4_000);
  const peak = ((served(calm.result) - calmFrom) * 1_000) / (performance.now() - calmFromMs);
  await calm.stop();
  say(`the upstream does ${Math.round(peak)} requests/s`);

  const rssBefore = proxy.rssBytes;
  let rssMost = 0;
  const watch = setInterval(() => (rssMost = Math.max(rssMost, proxy.rssBytes)), 200);
  const flood = new SteadyLoad({ ...options, perSecond: Math.round(peak * factor) });
  const floodFromMs = performance.now();
  await sleep(overloadMs / 2);
  const rssHalfway = rssMost;
  await sleep(overloadMs / 2);
  const goodput = (served(flood.result) * 1_000) / (performance.now() - floodFromMs);
  const sentPerSecond = (flood.result.sent * 1_000) / (performance.now() - floodFromMs);
  const endedAtMs = performance.now();
  const flooded = flood.stop();
  clearInterval(watch);
  say(`under ${Math.round(sentPerSecond)} requests/s it does ${Math.round(goodput)}`);
  const recoveryMs = await recover(proxy, edge, endedAtMs);
  const result = await flooded;
  const others = [...result.statuses].filter(([status]) => ![200, 429, 503, 504].includes(status));
  const broken = [...result.failures.values()].reduce((sum, count) => sum + count, 0);
  const code = await proxy.stop('SIGTERM');
  const rssMiB = Math.round((rssMost - rssBefore) / mib);
  const growthMiB = Math.round((rssMost - rssHalfway) / mib);
  const limited = await exceedPlan(upstream.url, isShort);
  const counts = {
    'requests/s that the upstream can do': Math.round(peak),
    'requests/s sent': Math.round(sentPerSecond),
    'requests/s answered with 200 meanwhile': Math.round(goodput),
    'refused with 503': result.statuses.get(503) ?? 0,
    'refused with 504': result.statuses.get(504) ?? 0,
    'broken off': broken,
    'ms until all is answered again': Math.round(recoveryMs ?? recoveryMsMax),
    'MiB more memory': rssMiB,
    'of these in the second half': growthMiB,
    'requests beyond a plan': limited.sent,
    'of these let through': served(limited),
    'refused with 429': limited.statuses.get(429) ?? 0,
  };
  const problems: string[] = [];
  if (goodput < peak * 0.8) problems.push('Less than 80 % of what could be done was done.');
  if (sentPerSecond < (peak * factor) / 2) problems.push('The load was less than asked for.');
  if (others.length > 0) problems.push(`Answered with ${others.map(([s]) => s).join(', ')}.`);
  if (broken > 0) problems.push(`${broken} requests were broken off.`);
  if ((result.statuses.get(503) ?? 0) === 0) problems.push('Nothing was refused.');
  if (recoveryMs === null) problems.push('It did not recover in time.');
  if (rssMiB > rssMiBMax || growthMiB > growthMiBMax) problems.push('It fills the memory.');
  if (code !== 0) problems.push(`It left with ${code}.`);
  if ((limited.statuses.get(429) ?? 0) === 0) problems.push('No plan was enforced.');
  if (served(limited) < limited.allowedMin || served(limited) > limited.allowedMax) {
    problems.push(
      `A plan let ${served(limited)} through, not ${limited.allowedMin} to ${limited.allowedMax}.`,
    );
  }
  return { counts, problems };
}

/** Asks at a third of the rate until half a second of answers is good and quick. */
async function recover(
  { port }: ProxyProcess,
  { keys }: Edge,
  sinceMs: number,
): Promise<number | null> {
  while (performance.now() - sinceMs < recoveryMsMax) {
    const options = { port, keys, path: '/v1/work', connectionsMax: 32 };
    const load = new SteadyLoad({ ...options, perSecond: 60 });
    const fromMs = performance.now();
    await sleep(500);
    const result = await load.stop();
    const isGood = served(result) === result.sent;
    if (isGood && percentile(result.latenciesMs, 0.95) < 500) return fromMs - sinceMs;
  }
  return null;
}

/** Sends ten times of what the plan of its users allows. */
async function exceedPlan(
  url: string,
  isShort: boolean,
): Promise<SteadyLoadResult & { allowedMin: number; allowedMax: number }> {
  const perMinute = 30;
  await using edge = await startEdge([{ path: '/v1', url }], perMinute);
  await using proxy = await edge.startProxy();
  const options = { port: proxy.port, path: '/v1/x', keys: edge.keys, connectionsMax: 50 };
  const load = new SteadyLoad({ ...options, perSecond: isShort ? 800 : 1_000 });
  const allowedMin = perMinute * edge.keys.length;
  const startedAtMs = performance.now();
  await sleep(isShort ? 1_500 : 6_000);
  const result = await load.stop();
  // A plan's allowance comes back bit by bit.
  const minutes = (performance.now() - startedAtMs) / 60_000;
  return { ...result, allowedMin, allowedMax: Math.ceil(allowedMin * (1 + minutes)) };
}
