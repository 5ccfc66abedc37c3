import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sendBytes, startRawUpstream, type RawUpstream } from '../testing/raw-upstream.ts';
import { insertUpstream } from '../testing/records.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { seededRandom } from '../testing/seeded-random.ts';

const cancelledMs = 1_000;

let upstream: RawUpstream;
let gateway: Gateway;
let echo: RawUpstream['answer'];

beforeAll(async () => {
  upstream = await startRawUpstream();
  echo = upstream.answer;
  gateway = await startGateway({ route: { auth_required: false } });
  const id = await insertUpstream(gateway.db, upstream.url);
  await gateway.db.query('update routes set upstream_id = $1', [id]);
  await gateway.heard();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

beforeEach(async () => {
  upstream.answer = echo;
  for (const { socket } of upstream.connections) socket.destroy();
  await waitUntil('no connection upstream is open', () => upstream.openCount === 0);
});

async function open(): Promise<Socket> {
  const socket = connect({ port: gateway.port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const post = 'POST /abort HTTP/1.1\r\nHost: api.example.com\r\n';
const get = 'GET /abort HTTP/1.1\r\nHost: api.example.com\r\n\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n\r\n';
const never: RawUpstream['answer'] = () => undefined;

function answering(bytes: string): RawUpstream['answer'] {
  return (_request, { socket }) => sendBytes(socket, bytes);
}

/** What the client has sent and what the upstream has answered when the client leaves. */
const phases: [phase: string, bytes: string, answer: RawUpstream['answer'], comesBack: string][] = [
  ['before its body', `${post}Content-Length: 100\r\n\r\n`, never, ''],
  ['in the middle of its body', `${post}Content-Length: 100\r\n\r\nhalf of it`, never, ''],
  ['in the middle of a chunk', `${post}${chunked}64\r\nhalf of it`, never, ''],
  ['between chunks', `${post}${chunked}5\r\nhello\r\n`, never, ''],
  ['before the answer', get, never, ''],
  ['before the answer to its body', `${post}Content-Length: 5\r\n\r\nhello`, never, ''],
  [
    'behind an interim answer',
    get,
    answering('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
    '103',
  ],
  [
    'behind the head of the answer',
    get,
    answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n'),
    '200',
  ],
  [
    'in the middle of a sized answer',
    get,
    answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it'),
    'half of it',
  ],
  [
    'between chunks of the answer',
    get,
    answering(`HTTP/1.1 200 OK\r\n${chunked}5\r\nhello\r\n`),
    'hello',
  ],
];

test.each(
  phases.flatMap(
    (phase) =>
      [
        [...phase, 'reset'],
        [...phase, 'end'],
      ] as const,
  ),
)(
  'a client that leaves %s cancels the request upstream within a second (%#)',
  async (_phase, bytes, answer, comesBack, how) => {
    upstream.answer = answer;
    const client = await open();
    let back = '';
    client.on('data', (chunk) => (back += chunk.toString('latin1')));
    client.write(bytes, 'latin1');
    await waitUntil('the upstream is reached', () => upstream.openCount === 1);
    await waitUntil('the client has its part', () => back.includes(comesBack));
    const leftAtMs = performance.now();
    if (how === 'reset') client.resetAndDestroy();
    else client.destroy();
    await waitUntil('it is cancelled', () => upstream.openCount === 0, 5_000);
    expect(performance.now() - leftAtMs).toBeLessThan(cancelledMs);
  },
);

test('a client that stops reading a long answer and leaves cancels it', async () => {
  upstream.answer = (_request, { socket }) => {
    sendBytes(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
    const piece = Buffer.alloc(64 * 1024);
    const pour = (): void => {
      while (socket.writable && socket.write(piece)) {
        // as long as there is room
      }
    };
    socket.on('drain', pour);
    pour();
  };
  const client = await open();
  client.pause();
  client.write(get);
  await waitUntil('the pipe is full', () =>
    upstream.connections.some(({ socket }) => !socket.closed && socket.writableNeedDrain),
  );
  const leftAtMs = performance.now();
  client.resetAndDestroy();
  await waitUntil('it is cancelled', () => upstream.openCount === 0, 5_000);
  expect(performance.now() - leftAtMs).toBeLessThan(cancelledMs);
});

function fileDescriptors(): number {
  return readdirSync('/dev/fd').length;
}

test(
  'no descriptor is left behind by 1,000 clients that leave at any moment',
  { timeout: 30_000 },
  async () => {
    const random = seededRandom(11);
    upstream.answer = (request, connection) => {
      const fate = random();
      if (fate < 0.3) return;
      if (fate < 0.6) echo(request, connection);
      else sendBytes(connection.socket, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it');
    };
    const leave = async (): Promise<void> => {
      const client = await open();
      const [, bytes = ''] = phases[Math.floor(random() * phases.length)] ?? [];
      const length = random() < 0.5 ? bytes.length : Math.floor(random() * bytes.length);
      client.write(bytes.slice(0, length), 'latin1');
      for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const closed = once(client, 'close');
      if (random() < 0.5) client.resetAndDestroy();
      else client.destroy();
      await closed;
    };
    const leaveOften = async (count: number): Promise<void> => {
      const lane = async (): Promise<void> => {
        for (let at = 0; at < count / 10; at += 1) await leave();
      };
      await Promise.all(Array.from({ length: 10 }, lane));
    };
    const settle = async (): Promise<void> => {
      upstream.answer = echo;
      for (const { socket } of upstream.connections) if (socket.bytesWritten > 0) socket.destroy();
      await waitUntil('no connection upstream is open', () => upstream.openCount === 0);
    };
    const { answer } = upstream;
    await leaveOften(100);
    await settle();
    const before = fileDescriptors();
    upstream.answer = answer;
    await leaveOften(1_000);
    await settle();
    await waitUntil('every descriptor is back', () => fileDescriptors() <= before + 2);
    expect((await gateway.send('', '/after')).status).toBe(200);
  },
);
