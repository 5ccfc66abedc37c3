import { mkdirSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { freePort } from '../ready.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { sendRaw, type RawAnswer } from './raw-request.ts';
import { startScriptedUpstream, type Script } from './scripted-upstream.ts';
import { describeNotServed, notServed, SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

const connectTimeoutMs = 500;
const responseTimeoutMs = 1_000;
const idleTimeoutMs = 1_000;
/** What the clock of a sweep and a busy machine may add to a timeout. */
const graceMs = 3_000;
const stallMs = 5_000;

/** Whatever an upstream does, its clients get a true answer in time, and those of other upstreams notice nothing. */
export const upstreamsDrill: Drill = {
  name: 'upstreams',
  title:
    'upstreams that refuse, are silent, stall, break off, send garbage or move, beside one that is well',
  run,
};

/** Writes bytes past the parser, and ends the connection or leaves it silent. */
const raw =
  (bytes: string, then: 'end' | 'reset' | 'silence'): Script =>
  (_req, res) => {
    const { socket } = res;
    if (socket === null) return;
    socket.write(bytes, 'latin1');
    if (then === 'end') socket.end();
    else if (then === 'reset')
      setTimeout(
        () => void (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy()),
        50,
      );
  };
const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it';
const halfChunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf of it';
const drip: Script = (_req, res) => {
  res.writeHead(200, { 'Content-Length': 20 });
  let left = 20;
  const timer = setInterval(() => {
    res.write('d');
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    res.end();
  }, 100);
};
const stall: Script = (req, res) => {
  req.resume();
  setTimeout(() => res.writeHead(200, { 'Content-Length': 2 }).end('ok'), stallMs);
};

const scripts: Readonly<Record<string, Script>> = {
  silent: () => undefined,
  half: raw(half, 'end'),
  'half-chunked': raw(halfChunked, 'end'),
  'half-reset': raw(half, 'reset'),
  'half-silent': raw(half, 'silence'),
  closed: raw('', 'end'),
  reset: raw('', 'reset'),
  garbage: raw('\x00\x01\x02 garbage \xff\r\n\r\n', 'silence'),
  'two-lengths': raw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!', 'end'),
  drip,
  stall,
};

/** What a client must see: a status, whether the body comes whole, and after how long at most. */
interface Expected {
  path: string;
  status: number;
  isWhole: boolean;
  withinMs: number;
}

const good = { status: 200, isWhole: true };
const broken = { status: 200, isWhole: false, withinMs: graceMs };
const unreachable = { status: 502, isWhole: true, withinMs: graceMs };
const timedOut = { status: 504, isWhole: true };

const expectations: readonly Expected[] = [
  { path: '/fast/silent', ...timedOut, withinMs: responseTimeoutMs + graceMs },
  { path: '/fast/half', ...broken },
  { path: '/fast/half-chunked', ...broken },
  { path: '/fast/half-reset', ...broken },
  { path: '/fast/half-silent', ...broken, withinMs: idleTimeoutMs + graceMs },
  { path: '/fast/closed', ...unreachable },
  { path: '/fast/reset', ...unreachable },
  { path: '/fast/garbage', ...unreachable },
  { path: '/fast/two-lengths', ...unreachable },
  { path: '/fast/drip', ...good, withinMs: 2_000 + graceMs },
  { path: '/refuse/x', ...unreachable },
  { path: '/hole/x', ...unreachable, withinMs: connectTimeoutMs + graceMs },
  { path: '/unknown/x', ...unreachable, withinMs: 10_000 },
  { path: '/moving/x', ...good, withinMs: graceMs },
];
const stalled: Expected = { path: '/v1/stall', ...good, withinMs: stallMs + graceMs };

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await using closing = new AsyncDisposableStack();
  const upstream = closing.use(await startScriptedUpstream({ scripts }));
  await using hole = await startBlackHole();
  const moving = await startScriptedUpstream();
  const timeouts = { connectTimeoutMs, responseTimeoutMs, idleTimeoutMs };
  const at = (under: string, url: string) => ({ path: under, url, upstream: timeouts });
  await using edge = await startEdge([
    { path: '/v1', url: upstream.url },
    at('/fast', upstream.url),
    at('/refuse', `http://127.0.0.1:${await freePort()}`),
    at('/hole', `http://127.0.0.1:${hole.port}`),
    at('/unknown', 'http://nowhere.invalid'),
    at('/moving', `http://moving.test:${moving.port}`),
  ]);
  const faultsDir = path.join(edge.dir, 'faults');
  mkdirSync(faultsDir);
  const pointTo = (address: string): void =>
    writeFileSync(path.join(faultsDir, 'hosts'), `${address} moving.test\n`);
  pointTo('127.0.0.1');
  const proxy = await edge.startProxy({ faultsDir });
  const [key = ''] = edge.keys;
  const options = { port: proxy.port, path: '/v1/', keys: edge.keys, connectionsMax: 40 };
  await using load = new SteadyLoad({ ...options, perSecond: isShort ? 50 : 200 });
  const cases = isShort ? expectations : [...expectations, stalled];
  const rounds = isShort ? 1 : 4;
  const perRound = isShort ? 3 : 10;
  let sent = 0;
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(
      cases.flatMap((expected) =>
        Array.from({ length: perRound }, async () => {
          sent += 1;
          const answer = await sendRaw(proxy.port, expected.path, key);
          const difference = differenceOf(expected, answer);
          if (difference !== null) wrong.push(`${expected.path}: ${difference}`);
        }),
      ),
    );
    say(
      `${sent} requests to upstreams that fail, ${wrong.length} answered otherwise than expected`,
    );
  }

  // The upstream moves: its name leads elsewhere, and where it was nobody listens any more.
  const moved = closing.use(await startScriptedUpstream({ host: '127.0.0.2', port: moving.port }));
  pointTo('127.0.0.2');
  await moving[Symbol.asyncDispose]();
  const statuses: number[] = [];
  for (let request = 0; request < 20; request += 1) {
    statuses.push((await sendRaw(proxy.port, '/moving/x', key)).status);
  }
  const lostInMove = statuses.filter((status) => status !== 200).length;

  const result = await load.stop();
  const settled = await until(() => proxy.descriptors < 150, 5_000);
  const code = await proxy.stop('SIGTERM');
  const [sums] = await edge.query<{ events: number }>(
    'select count(*)::float8 as events from usage_events where user_id is not null',
  );
  const events = sums?.events ?? 0;
  const requests = sent + statuses.length + result.sent;
  const counts = {
    'kinds of failure': cases.length,
    'requests to upstreams that fail': sent,
    'answered otherwise than expected': wrong.length,
    'requests behind a move': statuses.length,
    'of these not served': lostInMove,
    'requests to one that is well, meanwhile': result.sent,
    'of these not served or failed': notServed(result),
    'usage events': events,
  };
  const problems = [...new Set(wrong)].slice(0, 20);
  if (lostInMove > 0) problems.push(`${lostInMove} requests were lost when the upstream moved.`);
  if (moved.ids.size !== 20 - lostInMove) problems.push('Not all came where the upstream is now.');
  if (notServed(result) > 0) problems.push(`Others noticed: ${describeNotServed(result)}.`);
  if (settled === null) problems.push(`${proxy.descriptors} descriptors stay open.`);
  if (events !== requests) problems.push(`${requests} requests have ${events} usage events.`);
  if (code !== 0) problems.push(`It left with ${code}.`);
  return { counts, problems };
}

function differenceOf(
  expected: Expected,
  { status, isWhole, durationMs }: RawAnswer,
): string | null {
  if (status !== expected.status) return `answered with ${status} instead of ${expected.status}.`;
  if (isWhole !== expected.isWhole) return isWhole ? 'looked whole.' : 'was cut off.';
  return durationMs > expected.withinMs ? `took ${Math.round(durationMs)} ms.` : null;
}

/** A port at which the system answers nothing: its queue is full, and the process behind it is stopped. */
async function startBlackHole(): Promise<AsyncDisposable & { port: number }> {
  const program =
    "const s=require('node:net').createServer().listen({port:0,host:'127.0.0.1',backlog:1}," +
    '()=>console.log(s.address().port))';
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(String(line));
  child.kill('SIGSTOP');
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1'));
  for (const filler of fillers) filler.on('error', () => undefined);
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
