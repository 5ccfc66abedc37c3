import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { describeNotServed, notServed, SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

const descriptorsMax = 256;
const clients = 600;
const recoveryMsMax = 10_000;

/** A proxy that may open no more files sends clients away, stays alive, and serves again as soon as it can. */
export const descriptorsDrill: Drill = {
  name: 'descriptors',
  title: 'more clients than the proxy may open files (ulimit -n 256)',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using upstream = await startScriptedUpstream();
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  const proxy = await edge.startProxy({
    prefix: ['prlimit', `--nofile=${descriptorsMax}:${descriptorsMax}`],
  });
  const [key = ''] = edge.keys;
  const options = { port: proxy.port, path: '/v1/', keys: edge.keys, connectionsMax: 20 };
  const problems: string[] = [];
  const totals = { served: 0, refused: 0, sentAway: 0, most: 0 };
  let recoveryMsMost = 0;
  const repetitions = isShort ? 1 : 3;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const statuses = new Map<number, number>();
    const sockets = Array.from({ length: clients }, () => ask(proxy.port, key, statuses));
    await until(() => (statuses.get(200) ?? 0) > 0, 10_000);
    await sleep(isShort ? 1_000 : 4_000);
    totals.most = Math.max(totals.most, proxy.isRunning ? proxy.descriptors : 0);
    totals.served += statuses.get(200) ?? 0;
    totals.refused += [...statuses].reduce((sum, [status, n]) => sum + (status >= 500 ? n : 0), 0);
    totals.sentAway += sockets.filter(({ closed }) => closed).length;
    for (const socket of sockets) socket.destroy();
    const goneAtMs = performance.now();
    await until(() => !proxy.isRunning || proxy.descriptors < descriptorsMax / 2, 5_000);
    if (!proxy.isRunning) break;
    let isServing = false;
    while (!isServing && performance.now() - goneAtMs < recoveryMsMax) {
      const load = new SteadyLoad({ ...options, perSecond: 50 });
      await sleep(200);
      const result = await load.stop();
      isServing = result.sent > 0 && notServed(result) === 0;
      if (!isServing) say(`behind the flood: ${describeNotServed(result)}`);
    }
    recoveryMsMost = Math.max(recoveryMsMost, performance.now() - goneAtMs);
    if (!isServing) problems.push('It did not serve again.');
  }
  if (!proxy.isRunning) problems.push('The proxy has died.');
  const deaths = proxy.logged('thread_died');
  if (deaths > 0) problems.push(`${deaths} threads died.`);
  if (totals.served === 0) problems.push('Nobody was served.');
  if (totals.refused > 0) problems.push(`${totals.refused} were let in and then refused with 5xx.`);
  if (totals.sentAway === 0) problems.push('The bound was not reached.');
  const unanswered = repetitions * clients - totals.served - totals.sentAway;
  if (unanswered !== 0) problems.push(`${unanswered} clients were neither served nor sent away.`);
  const code = proxy.isRunning ? await proxy.stop('SIGTERM') : null;
  if (code !== 0) problems.push(`It left with ${code}.`);
  const events = new Set(
    (await edge.query<{ id: string }>('select id from usage_events')).map(({ id }) => id),
  );
  const lost = [...upstream.ids].filter((id) => !events.has(id)).length;
  if (lost > 0) problems.push(`${lost} requests have no usage event.`);
  const counts = {
    'floods of clients': repetitions,
    'clients each': clients,
    'descriptors at most': totals.most,
    'clients served': totals.served,
    'clients refused with 5xx': totals.refused,
    'clients sent away': totals.sentAway,
    'ms until all are served again, at most': Math.round(recoveryMsMost),
    'threads that died': deaths,
    'reached the upstream without an event': lost,
  };
  return { counts, problems };
}

function ask(port: number, key: string, statuses: Map<number, number>): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString('latin1'))?.[1] ?? 0);
    if (status > 0) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  socket.write(`GET /v1/x HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n\r\n`);
  return socket;
}
