import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { startScriptedUpstream, type Script } from './scripted-upstream.ts';
import { describeNotServed, notServed, percentile, SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

const lanes = 32;
const cancelledMsMax = 1_000;
const mib = 2 ** 20;

/** When a client leaves: what it has sent by then, what was answered, and whether the upstream knew of it. */
interface Phase {
  name: string;
  method: 'GET' | 'POST';
  /** Behind the fields that every request has. */
  rest: string;
  script: 'never' | 'head' | 'half';
  /** What has come back when the client leaves. */
  comesBack: string;
}

const phases: readonly Phase[] = [
  { name: 'before its answer', method: 'GET', rest: '\r\n', script: 'never', comesBack: '' },
  {
    name: 'within its body',
    method: 'POST',
    rest: 'Content-Length: 100\r\n\r\nhalf',
    script: 'never',
    comesBack: '',
  },
  {
    name: 'within a chunk',
    method: 'POST',
    rest: 'Transfer-Encoding: chunked\r\n\r\n64\r\nhalf',
    script: 'never',
    comesBack: '',
  },
  { name: 'behind the head', method: 'GET', rest: '\r\n', script: 'head', comesBack: '\r\n\r\n' },
  { name: 'within its answer', method: 'GET', rest: '\r\n', script: 'half', comesBack: 'half' },
];

/** Clients leave at every moment, and nothing of them is left behind. */
export const abortsDrill: Drill = {
  name: 'aborts',
  title: 'clients that leave at every phase of a request',
  run,
};

/** A request that waits at the upstream. */
interface Waiting {
  arrived: PromiseWithResolvers<void>;
  cancelled: PromiseWithResolvers<void>;
}

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const aborts = isShort ? 300 : 10_000;
  const waiting = new Map<string, Waiting>();
  let openUpstream = 0;
  const arrive: Script = (req) => {
    const known = waiting.get(String(req.headers['x-drill']));
    openUpstream += 1;
    req.resume();
    req.socket.once('close', () => {
      openUpstream -= 1;
      known?.cancelled.resolve();
    });
    known?.arrived.resolve();
  };
  const begin =
    (body: string): Script =>
    (req, res) => {
      arrive(req, res);
      res.writeHead(200, { 'Content-Length': 100 });
      res.flushHeaders();
      if (body !== '') res.write(body);
    };
  await using upstream = await startScriptedUpstream({
    scripts: { never: arrive, head: begin(''), half: begin('half') },
  });
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  const proxy = await edge.startProxy();
  const [key = ''] = edge.keys;
  const options = { port: proxy.port, path: '/v1/', keys: edge.keys, connectionsMax: 10 };
  const cancelledMs: number[] = [];
  let late = 0;
  let next = 0;

  async function abort(id: number): Promise<void> {
    const phase = phases[id % phases.length];
    if (phase === undefined) return;
    const { method, rest, script, comesBack } = phase;
    const state: Waiting = {
      arrived: Promise.withResolvers(),
      cancelled: Promise.withResolvers(),
    };
    waiting.set(String(id), state);
    const socket = connect({ port: proxy.port, host: '127.0.0.1', noDelay: true });
    socket.on('error', () => undefined);
    let back = '';
    socket.on('data', (chunk) => (back += chunk.toString('latin1')));
    const text =
      `${method} /v1/${script} HTTP/1.1\r\nHost: drill\r\nX-Drill: ${id}\r\n` +
      `X-API-Key: ${key}\r\n${rest}`;
    // One in three leaves somewhere in its request, at no moment in particular.
    const isCareless = id % 3 === 0;
    socket.write(isCareless ? text.slice(0, 1 + ((id * 37) % text.length)) : text);
    if (isCareless) await sleep(id % 5);
    else {
      await Promise.race([state.arrived.promise, sleep(10_000)]);
      await until(() => back.includes(comesBack), 10_000);
    }
    const leftAtMs = performance.now();
    await leave(socket, id);
    if (!isCareless) {
      const wasCancelled = await Promise.race([
        state.cancelled.promise.then(() => true),
        sleep(10_000, false),
      ]);
      if (wasCancelled) cancelledMs.push(performance.now() - leftAtMs);
      else late += 1;
    }
    waiting.delete(String(id));
  }
  async function abortMany(count: number): Promise<void> {
    const end = next + count;
    const lane = async (): Promise<void> => {
      while (next < end) {
        next += 1;
        await abort(next);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  await abortMany(isShort ? 50 : 500);
  await until(() => openUpstream === 0, 5_000);
  await sleep(500);
  const before = { descriptors: proxy.descriptors, rssBytes: proxy.rssBytes };
  cancelledMs.length = 0;
  for (let part = 0; part < 5; part += 1) {
    await abortMany(aborts / 5);
    if (!isShort) say(`${next} clients have left`);
  }
  await until(() => openUpstream === 0, 5_000);
  const settledMs = await until(() => proxy.descriptors <= before.descriptors + 2, 5_000);
  const after = { descriptors: proxy.descriptors, rssBytes: proxy.rssBytes };
  await using load = new SteadyLoad({ ...options, perSecond: 100 });
  await sleep(300);
  const result = await load.stop();
  const code = await proxy.stop('SIGTERM');
  const [sums] = await edge.query<{ events: number }>(
    'select count(*)::float8 as events from usage_events where user_id is not null',
  );
  const p99 = percentile(cancelledMs, 0.99);
  const max = percentile(cancelledMs, 1);
  const counts = {
    'clients that left': aborts,
    'of these with a request upstream, cancelled': cancelledMs.length,
    'ms until it was cancelled, 99th percentile': Math.round(p99),
    'ms until it was cancelled, at most': Math.round(max),
    'never cancelled': late,
    'descriptors before': before.descriptors,
    'descriptors after': after.descriptors,
    'MiB more memory': Math.round((after.rssBytes - before.rssBytes) / mib),
    'requests at the upstream': upstream.ids.size,
    'usage events': sums?.events ?? 0,
  };
  const problems: string[] = [];
  if (late > 0) problems.push(`${late} requests were not cancelled.`);
  if (max > cancelledMsMax) problems.push('Some were cancelled late.');
  if (openUpstream > 0) problems.push(`${openUpstream} requests stay open at the upstream.`);
  if (settledMs === null) problems.push('Descriptors were left behind.');
  if (notServed(result) > 0) problems.push(`Afterwards: ${describeNotServed(result)}.`);
  if ((sums?.events ?? 0) < upstream.ids.size) problems.push('Some have no usage event.');
  if (code !== 0) problems.push(`It left with ${code}.`);
  return { counts, problems };
}

async function leave(socket: Socket, id: number): Promise<void> {
  if (socket.closed) return;
  const closed = once(socket, 'close');
  if (id % 2 === 0 && !socket.writableEnded) socket.resetAndDestroy();
  else socket.destroy();
  await closed;
}
