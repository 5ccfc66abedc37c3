import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { connectBytes, expectSeen } from '../testing/byte-client.ts';
import { insertCustomer, insertRoute, insertUpstream, testPepper } from '../testing/records.ts';
import { waitUntil } from '../testing/wait-until.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const moreMemoryMax = 64 * 1024 * 1024;
const bodyBytes = 256 * 1024 * 1024;
const warmUpBytes = 32 * 1024 * 1024;
const slowReaders = 100;

/** @returns bytes that a process has in memory */
function memoryOf(pid: number | undefined): number {
  const kilobytes =
    process.platform === 'linux'
      ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(kilobytes) * 1024;
}

/** A proxy in a process of its own, so that its memory is its own as well. */
async function startAlone() {
  await using stack = new AsyncDisposableStack();
  const database = await createTestDatabase();
  stack.defer(() => database.drop());
  const db = new Pool({ connectionString: database.url });
  db.on('connect', (client) => client.on('error', () => undefined));
  stack.defer(() => db.end());
  const server = createServer((req, res) => {
    if (req.method === 'POST') {
      const length = req.headers['content-length'];
      res.writeHead(200, length === undefined ? {} : { 'Content-Length': length });
      req.pipe(res);
      return;
    }
    const chunk = Buffer.alloc(64 * 1024);
    const write = (): void => {
      while (res.write(chunk));
      res.once('drain', write);
    };
    write();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections_max = slowReaders;
  await insertRoute(db, await insertUpstream(db, url, { connections_max }));
  const { secret } = await insertCustomer(db);
  const child = fork(main, {
    execArgv: [],
    silent: true,
    env: {
      PATH: '/usr/bin',
      DATABASE_URL: database.url,
      APIGATE_PROXY_PORT: '0',
      APIGATE_KEY_PEPPER: testPepper.toString(),
      APIGATE_ENCRYPTION_KEY: 'e'.repeat(32),
    },
  });
  stack.defer(async () => {
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const opened = stack.move();
  return {
    port,
    head: (method: string, ...lines: string[]) =>
      [`${method} / HTTP/1.1`, 'Host: a', `X-API-Key: ${secret}`, ...lines, '', ''].join('\r\n'),
    memory: () => memoryOf(child.pid),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Sends a body and reads it back; tells what came back, and the most memory that was taken meanwhile. */
async function sendThrough(
  proxy: Awaited<ReturnType<typeof startAlone>>,
  framing: string,
  size: number,
): Promise<{ received: number; peak: number }> {
  const { socket } = await connectBytes(proxy.port);
  const isChunked = framing === 'chunked';
  const framed = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const piece = isChunked
    ? Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')])
    : chunk;
  let received = 0;
  let peak = 0;
  socket.removeAllListeners('data');
  socket.on('data', (bytes: Buffer) => (received += bytes.length));
  socket.write(proxy.head('POST', framed, 'Connection: close'));
  for (let sent = 0; sent < size; sent += chunk.length) {
    if (!socket.write(piece)) await once(socket, 'drain');
    if (sent % (1024 * 1024) === 0) peak = Math.max(peak, proxy.memory());
  }
  if (isChunked) socket.write('0\r\n\r\n');
  await once(socket, 'end');
  socket.destroy();
  return { received, peak };
}

test.each(['sized', 'chunked'])(
  '256 MiB each way, %s, take less than 64 MB more memory',
  async (framing) => {
    await using proxy = await startAlone();
    // What the process takes for having done anything at all does not count.
    await sendThrough(proxy, framing, warmUpBytes);
    const before = proxy.memory();
    const { received, peak } = await sendThrough(proxy, framing, bodyBytes);
    expect(received).toBeGreaterThan(bodyBytes);
    expect(received).toBeLessThan(bodyBytes * 1.01);
    expect((peak - before) / 1024 / 1024).toBeLessThan(moreMemoryMax / 1024 / 1024);
  },
  60_000,
);

test('100 readers that stand still in the middle of an endless answer take less than 64 MB more', async () => {
  await using proxy = await startAlone();
  const first = await connectBytes(proxy.port);
  first.send(proxy.head('GET'));
  await expectSeen(first, '200 OK');
  first.socket.destroy();
  const before = proxy.memory();
  const readers = await Promise.all(
    Array.from({ length: slowReaders - 1 }, () => connectBytes(proxy.port)),
  );
  for (const { socket, send } of readers) {
    socket.pause();
    send(proxy.head('GET'));
  }
  let last = -1;
  await waitUntil('memory grows no more', async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = proxy.memory();
    const isStill = Math.abs(now - last) < 512 * 1024;
    last = now;
    return isStill;
  });
  expect((last - before) / 1024 / 1024).toBeLessThan(moreMemoryMax / 1024 / 1024);
  for (const { socket } of readers) socket.destroy();
}, 60_000);
