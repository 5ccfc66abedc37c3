import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { sendRaw } from './raw-request.ts';
import { startScriptedUpstream, type Script } from './scripted-upstream.ts';
import { until } from './until.ts';

const each = 20;
const tickMs = 100;
/** 30 s for what runs, 5 s for new ones to stay away, 10 s to flush, and some room. */
const leaveMsMax = 50_000;
const acceptGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Who is told to leave finishes what runs, and cuts off what would never end. */
export const leaveDrill: Drill = {
  name: 'leave',
  title: 'SIGTERM with long downloads, event streams and WebSockets under way',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const download: Script = (_req, res) => {
    const pieces = isShort ? 15 : 80;
    res.writeHead(200, { 'Content-Length': pieces * 1_000 });
    let left = pieces;
    const timer = setInterval(() => {
      res.write('x'.repeat(1_000));
      left -= 1;
      if (left === 0) {
        clearInterval(timer);
        res.end();
      }
    }, tickMs);
  };
  const events: Script = (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const timer = setInterval(() => res.write('data: tick\n\n'), tickMs);
    res.once('close', () => clearInterval(timer));
  };
  await using upstream = await startScriptedUpstream({
    scripts: { download, events },
    onUpgrade: tickOverWebSocket,
  });
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  const problems: string[] = [];
  const counts: Record<string, number> = {};
  const [key = ''] = edge.keys;
  const proxy = await edge.startProxy({ threads: 2 });
  const downloads = Array.from({ length: each }, () => sendRaw(proxy.port, '/v1/download', key));
  // An endless stream makes the whole wait for 30 s, so a short run has none.
  const streams = isShort ? [] : Array.from({ length: each }, () => stream(proxy.port, key, ''));
  const sockets = isShort
    ? []
    : Array.from({ length: each }, () => stream(proxy.port, key, webSocketLines));
  const all = [...streams, ...sockets];
  await until(() => upstream.ids.size === each + all.length, 10_000);
  await until(() => all.every(({ bytes }) => bytes > 300), 10_000);
  const toldAtMs = performance.now();
  const left = proxy.stop('SIGTERM');
  say(`${each + all.length} under way, told to leave`);
  const atOrder = all.map(({ bytes }) => bytes);
  if (!isShort) {
    const goOn = (): boolean => all.every(({ bytes }, at) => bytes > (atOrder[at] ?? 0) + 1_000);
    const wentOnMs = await until(goOn, 20_000);
    if (wentOnMs === null) problems.push('Streams did not go on while it left.');
  }
  const answers = await Promise.all(downloads);
  say('the downloads are done');
  const whole = answers.filter(({ status, isWhole }) => status === 200 && isWhole).length;
  if (whole < each) problems.push(`${each - whole} downloads were cut off.`);
  const code = await left;
  const tookMs = performance.now() - toldAtMs;
  if (tookMs > leaveMsMax) problems.push('It took too long to leave.');
  if (code !== 0) problems.push(`It left with ${code}.`);
  const closed = await until(() => all.every(({ isClosed }) => isClosed), 5_000);
  if (closed === null) problems.push('Streams were left open.');
  const [sums] = await edge.query<{ events: number }>(
    'select count(*)::float8 as events from usage_events where user_id is not null',
  );
  counts['downloads that came whole'] = whole;
  counts['event streams that went on for a while'] = streams.length;
  counts['WebSockets that went on for a while'] = sockets.length;
  counts['ms until it had left'] = Math.round(tookMs);
  counts['usage events'] = sums?.events ?? 0;
  if (sums?.events !== each + all.length) problems.push('Not every request has its usage event.');
  return { counts, problems };
}

const webSocketLines =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: ZHJpbGxkcmlsbGRyaWxsIQ==\r\n';

interface Stream {
  bytes: number;
  isClosed: boolean;
}

function stream(port: number, key: string, lines: string): Stream {
  const state: Stream = { bytes: 0, isClosed: false };
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => (state.bytes += chunk.length));
  socket.once('close', () => (state.isClosed = true));
  socket.write(`GET /v1/events HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n${lines}\r\n`);
  return state;
}

function tickOverWebSocket(req: IncomingMessage, socket: Duplex): void {
  const key = `${req.headers['sec-websocket-key']}${acceptGuid}`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  // A whole frame of text with 10 bytes.
  const timer = setInterval(() => socket.write('\x81\x0atick tick!', 'latin1'), tickMs);
  socket.on('data', () => undefined);
  socket.on('end', () => socket.end());
  socket.once('close', () => clearInterval(timer));
}
