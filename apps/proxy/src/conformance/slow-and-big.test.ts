import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { RawClient } from '../testing/raw-client.ts';
import { sendBytes, startRawUpstream, type RawUpstream } from '../testing/raw-upstream.ts';
import { insertUpstream } from '../testing/records.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';
import { waitUntil } from '../testing/wait-until.ts';

const timeoutMs = 700;
/** What a sweep may add to a timeout, on a busy machine. */
const graceMs = 15_000;
const attackers = 200;

vi.setConfig({ testTimeout: 30_000 });

let upstream: RawUpstream;
let gateway: Gateway;
let echo: RawUpstream['answer'];

beforeAll(async () => {
  upstream = await startRawUpstream();
  echo = upstream.answer;
  gateway = await startGateway({
    route: { auth_required: false },
    bounds: { requestHeadTimeoutMs: timeoutMs, clientIdleTimeoutMs: timeoutMs },
  });
  const id = await insertUpstream(gateway.db, upstream.url, { connections_max: 1_000 });
  await gateway.db.query('update routes set upstream_id = $1', [id]);
  await gateway.heard();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

beforeEach(() => {
  upstream.answer = echo;
});

/** A connection that means ill. */
interface Attacker {
  socket: Socket;
  text: string;
}

async function attack(bytes: string): Promise<Attacker> {
  const socket = connect(gateway.port, '127.0.0.1');
  const attacker: Attacker = { socket, text: '' };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => (attacker.text += chunk.toString('latin1')));
  await once(socket, 'connect');
  socket.write(bytes, 'latin1');
  return attacker;
}

/** Sends plain requests until the attackers are gone. @returns the statuses that were not 200. */
async function normalClients(isOver: () => boolean): Promise<number[]> {
  const bad: number[] = [];
  let sent = 0;
  while (!isOver() || sent < 20) {
    using client = new RawClient(gateway.port);
    const answer = await client.request('GET /normal HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
    if (answer?.status !== 200) bad.push(answer?.status ?? 0);
    sent += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return bad;
}

async function expectCut(all: readonly Attacker[], trickle: string, status: string): Promise<void> {
  const trickling = setInterval(() => {
    for (const { socket } of all) if (trickle !== '' && socket.writable) socket.write(trickle);
  }, 50);
  try {
    const areCut = (): boolean => all.every(({ socket }) => socket.closed);
    const [bad] = await Promise.all([
      normalClients(areCut),
      waitUntil('every attacker is cut off', areCut, timeoutMs + graceMs),
    ]);
    expect(bad).toEqual([]);
    const answered = all.filter(({ text }) => text.startsWith(`HTTP/1.1 ${status} `));
    expect(answered.length).toBe(all.length);
  } finally {
    clearInterval(trickling);
    for (const { socket } of all) socket.destroy();
  }
}

const post = 'POST /slow HTTP/1.1\r\nHost: api.example.com\r\n';

test(`${attackers} clients that never come to the end of their head get 408, and nobody else notices`, async () => {
  const attacking = Array.from({ length: attackers }, () => attack('GET /slow HTTP/1.1\r\nX-A: '));
  await expectCut(await Promise.all(attacking), 'a', '408');
});

test(`${attackers} clients that send no body get 408, nobody else notices, and the upstream is let go`, async () => {
  const before = upstream.openCount;
  const attacking = Array.from({ length: attackers }, () =>
    attack(`${post}Content-Length: 1000\r\n\r\nhello`),
  );
  await expectCut(await Promise.all(attacking), '', '408');
  await waitUntil('the upstream is let go', () => upstream.openCount <= before + 2);
});

test('50 clients that read nothing of 100 MB each are cut off and do not fill the memory', async () => {
  const piece = Buffer.alloc(64 * 1024);
  upstream.answer = (request, connection) => {
    if (request.target !== '/long') return echo(request, connection);
    const { socket } = connection;
    sendBytes(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n');
    const pour = (): void => {
      while (socket.writable && socket.write(piece)) {
        // as long as there is room
      }
    };
    socket.on('drain', pour);
    pour();
  };
  const before = process.memoryUsage.rss();
  const readers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.pause();
      await once(socket, 'connect');
      socket.write('GET /long HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
      return socket;
    }),
  );
  const busy = (): number =>
    upstream.connections.filter(({ socket }) => !socket.closed && socket.writableNeedDrain).length;
  await waitUntil('all of them are served', () => busy() > 45);
  await waitUntil('all of them are given up', () => busy() === 0, timeoutMs + graceMs);
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  for (const socket of readers) socket.destroy();
});

test.each([
  ['a target of 1 MB', '414', `GET /${'a'.repeat(1_000_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a method of 1 MB', '4', `${'A'.repeat(1_000_000)} / HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a header of 1 MB', '431', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(1_000_000)}\r\n\r\n`],
  [
    'a header name of 1 MB',
    '431',
    `GET / HTTP/1.1\r\nHost: a\r\n${'a'.repeat(1_000_000)}: b\r\n\r\n`,
  ],
  ['10,000 headers', '431', `GET / HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(10_000)}\r\n`],
  ['101 headers', '431', `GET / HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(100)}\r\n`],
  ['an endless head', '431', `GET / HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(10_000)}`],
  ['an endless target', '414', `GET /${'a'.repeat(1_000_000)}`],
  ['endless empty lines', '400', '\r\n'.repeat(500_000)],
])(
  '%s is answered with %s… before it is read, and the upstream sees none of it',
  async (_what, status, bytes) => {
    const requests = upstream.connections.reduce((sum, connection) => sum + connection.requests, 0);
    const attacker = await attack(bytes);
    await waitUntil('the connection is closed', () => attacker.socket.closed);
    expect(attacker.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    const after = upstream.connections.reduce((sum, connection) => sum + connection.requests, 0);
    expect(after).toBe(requests);
  },
);

test('bytes that claim to be compressed pass as they are, in both directions', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000)).toString('latin1');
  let arrived = '';
  upstream.answer = ({ body }, { socket }) => {
    arrived = body;
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    sendBytes(socket, head + bomb);
  };
  using client = new RawClient(gateway.port);
  const encodings = 'Content-Encoding: br, gzip\r\n';
  const answer = await client.request(
    `${post}${encodings}Content-Length: ${bomb.length}\r\n\r\n${bomb}`,
  );
  expect(arrived === bomb).toBe(true);
  expect(answer).toMatchObject({ status: 200, isWhole: true });
  expect(answer?.body === bomb).toBe(true);
});

test('connections are counted, by address and in all, and those past the bound are closed at once', async () => {
  await using bounded = await startGateway({
    route: { auth_required: false },
    bounds: { connectionsPerAddressMax: 20, connectionsMax: 30 },
  });
  const sockets: Socket[] = [];
  const openMany = async (localAddress: string, count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      const socket = connect({ port: bounded.port, host: '127.0.0.1', localAddress });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      sockets.push(socket);
    }
  };
  const openCount = (): number => sockets.filter(({ closed }) => !closed).length;
  await openMany('127.0.0.2', 25);
  await waitUntil('those past the bound of an address are closed', () => openCount() === 20);
  await openMany('127.0.0.3', 15);
  await waitUntil('those past the bound in all are closed', () => openCount() === 30);
  expect(sockets.slice(0, 20).some(({ closed }) => closed)).toBe(false);
  for (const socket of sockets) socket.destroy();
  const answers = async (): Promise<boolean> => {
    using client = new RawClient(bounded.port);
    const answer = await client.request('GET /after HTTP/1.1\r\nHost: api.example.com\r\n\r\n');
    return answer?.status === 200;
  };
  await waitUntil('there is room again', answers);
});
