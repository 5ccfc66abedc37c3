import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import type { ProxyProcess } from './proxy-process.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { describeNotServed, notServed, percentile, SteadyLoad } from './steady-load.ts';

const connectionsMax = 60;
const threads = 2;

/** A proxy is replaced by the next one on the same port, and no client notices. */
export const restartsDrill: Drill = {
  name: 'restarts',
  title: 'rolling restarts of the proxy under clients that keep their connections',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const restarts = isShort ? 1 : 20;
  const perSecond = isShort ? 200 : 500;
  await using upstream = await startScriptedUpstream();
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  let proxy = await edge.startProxy({ threads });
  const { port } = proxy;
  const options = { port, path: '/v1/', keys: edge.keys, perSecond, connectionsMax };
  await using load = new SteadyLoad(options);
  const problems: string[] = [];
  const stop = async (leaving: ProxyProcess): Promise<void> => {
    const code = await leaving.stop('SIGTERM');
    if (code !== 0) problems.push(`One left with ${code}.`);
  };
  // One leaves while the one behind the next starts, so that there are up to three.
  let left = Promise.resolve();
  await sleep(200);
  for (let restart = 1; restart <= restarts; restart += 1) {
    const next = await edge.startProxy({ threads, port });
    await left;
    left = stop(proxy);
    proxy = next;
    if (restart % 5 === 0) say(`${restart} restarts, ${load.result.sent} requests`);
  }
  await left;
  const result = await load.stop();
  await stop(proxy);
  const failed = notServed(result);
  const [sums] = await edge.query<{ events: number }>(
    'select count(*)::float8 as events from usage_events where user_id is not null',
  );
  const counts = {
    restarts,
    'requests sent': result.sent,
    'requests that failed': failed,
    'requests that reached the upstream': upstream.ids.size,
    'usage events': sums?.events ?? 0,
    'ms at the 99th percentile': Math.round(percentile(result.latenciesMs, 0.99)),
  };
  if (failed > 0) problems.push(`${failed} requests failed (${describeNotServed(result)}).`);
  if (sums?.events !== upstream.ids.size) problems.push('Requests and usage events do not agree.');
  if (result.answered.size === 0) problems.push('Nothing was answered.');
  return { counts, problems };
}
