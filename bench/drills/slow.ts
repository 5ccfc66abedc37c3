import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { startScriptedUpstream, type Script } from './scripted-upstream.ts';
import { describeNotServed, notServed, percentile, SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

const mib = 2 ** 20;
const bodyBytes = 10_000_000;
const readersRssMiBMax = 100;
/** A part of a thousand bytes each second from each. */
const readBytes = 1_000;
const secondMs = 1_000;

/** Those who are slow, for whatever reason, cost little, and nobody waits for them. */
export const slowDrill: Drill = {
  name: 'slow',
  title: 'slow readers of long answers, then slow heads and slow bodies, beside usual clients',
  run,
};

const long: Script = (_req, res) => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  let left = bodyBytes;
  res.writeHead(200, { 'Content-Length': bodyBytes });
  const pour = (): void => {
    while (left > 0) {
      const part = left < piece.length ? piece.subarray(0, left) : piece;
      left -= part.length;
      if (!res.write(part)) break;
    }
    if (left > 0) res.once('drain', pour);
    else res.end();
  };
  pour();
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const readers = isShort ? 100 : 500;
  const attackers = isShort ? 200 : 2_000;
  const readSeconds = isShort ? 1 : 15;
  const attackSeconds = isShort ? 1 : 60;
  await using upstream = await startScriptedUpstream({ scripts: { long } });
  await using edge = await startEdge([
    { path: '/v1', url: upstream.url },
    { path: '/slow', url: upstream.url, upstream: { connectionsMax: 4_096 } },
  ]);
  const proxy = await edge.startProxy();
  const [key = ''] = edge.keys;
  const perSecond = isShort ? 50 : 100;
  const options = { port: proxy.port, path: '/v1/', keys: edge.keys, connectionsMax: 50 };
  await using load = new SteadyLoad({ ...options, perSecond });
  await sleep(isShort ? 300 : 3_000);
  const problems: string[] = [];
  const before = { rssBytes: proxy.rssBytes, descriptors: proxy.descriptors };
  let mostBytes = 0;
  const watch = setInterval(() => (mostBytes = Math.max(mostBytes, proxy.rssBytes)), 200);

  const reading = await openMany(proxy.port, readers, (socket) => {
    // Read only when asked, so that what is not read waits at the sender.
    socket.pause();
    socket.write(`GET /slow/long HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n\r\n`);
  });
  const reachedMs = await until(() => upstream.ids.size >= readers, 20_000);
  if (reachedMs === null) problems.push('Not all slow readers came to the upstream.');
  let readBytesInAll = 0;
  for (let second = 0; second < readSeconds; second += 1) {
    await sleep(secondMs);
    for (const socket of reading) {
      const part: Buffer | null = socket.read(readBytes) ?? socket.read();
      readBytesInAll += part?.length ?? 0;
    }
  }
  const cutReaders = reading.filter(({ closed }) => closed).length;
  const readersMiB = Math.round((mostBytes - before.rssBytes) / mib);
  for (const socket of reading) socket.destroy();
  say(`${readers} slow readers: ${readersMiB} MiB more memory`);
  if (cutReaders > 0) problems.push(`${cutReaders} slow readers were cut off.`);
  if (readBytesInAll === 0) problems.push('Nothing was read.');
  if (readersMiB > readersRssMiBMax) problems.push('Slow readers fill the memory.');

  const post = `POST /slow/x HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n`;
  const kinds = [
    'GET /slow/x HTTP/1.1\r\nX-A: ',
    `${post}Content-Length: 100000\r\n\r\n`,
    `${post}Transfer-Encoding: chunked\r\n\r\nfff0\r\n`,
  ];
  const attacking = await openMany(proxy.port, attackers, (socket, at) => {
    socket.resume();
    socket.write(kinds[at % kinds.length] ?? '');
  });
  for (let second = 0; second < attackSeconds; second += 1) {
    for (const socket of attacking) if (socket.writable) socket.write('a');
    await sleep(secondMs);
  }
  const cutAttackers = attacking.filter(({ closed }) => closed).length;
  for (const socket of attacking) socket.destroy();
  say(`${attackers} slow senders: ${cutAttackers} were cut off meanwhile`);
  clearInterval(watch);
  // Slow heads end after 10 s, slow bodies after 20 s, as they come at one byte a second.
  if (!isShort && cutAttackers < attackers) problems.push('Not all slow senders were cut off.');
  const result = await load.stop();
  const settledMs = await until(() => proxy.descriptors <= before.descriptors + 60, 5_000);
  if (settledMs === null) problems.push('Descriptors were left behind.');
  const failed = notServed(result);
  if (failed > 0) problems.push(`Usual clients noticed: ${describeNotServed(result)}.`);
  const counts = {
    'readers of 10 MB at 1 KB/s': readers,
    'MiB more memory by them': readersMiB,
    'slow heads and bodies': attackers,
    'of these cut off': cutAttackers,
    'MiB more memory at most': Math.round((mostBytes - before.rssBytes) / mib),
    'requests of usual clients': result.sent,
    'of these not served': failed,
    'ms at their 99th percentile': Math.round(percentile(result.latenciesMs, 0.99)),
  };
  return { counts, problems };
}

async function openMany(
  port: number,
  count: number,
  begin: (socket: Socket, at: number) => void,
): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let at = 0; at < count; at += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    begin(socket, at);
    sockets.push(socket);
  }
  return sockets;
}
