import { connect, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { startEdge } from './edge.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { describeNotServed, notServed, percentile, SteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

const mib = 2 ** 20;
const connections = 10_000;
/** One address may have no more than 4,096 of them. */
const addresses = 8;
const atOnce = 200;
const rssMiBMax = 300;
/** Kept for the next requests. */
const upstreamConnectionsMax = 256;

/** Those who hold a connection and do not use it cost little memory. */
export const idleDrill: Drill = {
  name: 'idle',
  title: 'ten thousand idle connections, each of which was used once',
  run,
};

async function run({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  const wanted = isShort ? 500 : Math.min(connections, descriptorsMax() - 1_000);
  await using upstream = await startScriptedUpstream();
  await using edge = await startEdge([{ path: '/v1', url: upstream.url }]);
  await using proxy = await edge.startProxy();
  const [key = ''] = edge.keys;
  const before = { rssBytes: proxy.rssBytes, descriptors: proxy.descriptors };
  const sockets: Socket[] = [];
  let answered = 0;
  let isOpening = true;
  let closed = 0;
  while (sockets.length < wanted) {
    const opening = Array.from({ length: Math.min(atOnce, wanted - sockets.length) }, (_, at) => {
      const localAddress = `127.0.0.${1 + (at % addresses)}`;
      return new Promise<Socket>((resolve) => {
        const socket = connect({ port: proxy.port, host: '127.0.0.1', localAddress });
        socket.on('error', () => resolve(socket));
        socket.once('close', () => (closed += isOpening ? 1 : 0));
        socket.once('data', () => {
          answered += 1;
          resolve(socket);
        });
        socket.write(`GET /v1/x HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n\r\n`);
      });
    });
    sockets.push(...(await Promise.all(opening)));
  }
  say(`${answered} connections are idle`);
  const options = { port: proxy.port, path: '/v1/', keys: edge.keys, connectionsMax: 20 };
  await using load = new SteadyLoad({ ...options, perSecond: 100 });
  await sleep(isShort ? 300 : 5_000);
  const rssBytes = proxy.rssBytes;
  const stillOpen = proxy.descriptors - before.descriptors;
  const result = await load.stop();
  isOpening = false;
  for (const socket of sockets) socket.destroy();
  const gone = await until(
    () => proxy.descriptors <= before.descriptors + upstreamConnectionsMax,
    10_000,
  );
  const counts = {
    'idle connections': wanted,
    'of these answered once': answered,
    'closed by the proxy': closed,
    'MiB of memory before': Math.round(before.rssBytes / mib),
    'MiB of memory with them': Math.round(rssBytes / mib),
    'requests of others meanwhile': result.sent,
    'of these not served': notServed(result),
    'ms at their 99th percentile': Math.round(percentile(result.latenciesMs, 0.99)),
  };
  const problems: string[] = [];
  if (answered < wanted || closed > 0) problems.push('Not all connections were held.');
  if (stillOpen < wanted) problems.push(`Only ${stillOpen} are open at the proxy.`);
  if (rssBytes > rssMiBMax * mib) problems.push('They take too much memory.');
  if (notServed(result) > 0) problems.push(`Others noticed: ${describeNotServed(result)}.`);
  if (gone === null) problems.push('Descriptors were left behind.');
  return { counts, problems };
}

/** How many files a process of ours may open. */
function descriptorsMax(): number {
  const line = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return Number(line?.[1] ?? 1_024);
}
