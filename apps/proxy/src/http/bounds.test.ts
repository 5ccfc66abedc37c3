import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { insertCustomer } from '../testing/records.ts';
import { connectBytes, expectSeen, type ByteClient } from '../testing/byte-client.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';
import { waitUntil } from '../testing/wait-until.ts';

let gateway: Gateway;
let secret: string;
let clients: ByteClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({
    bounds: {
      requestHeadTimeoutMs: 300,
      clientIdleTimeoutMs: 1_500,
      keepAliveTimeoutMs: 600,
      bodyRateGraceMs: 500,
      bodyBytesPerSecondMin: 1_000,
      connectionsMax: 8,
      connectionsPerAddressMax: 4,
    },
  });
  ({ secret } = await insertCustomer(gateway.db));
});

afterEach(() => {
  gateway.upstream.answer = null;
  for (const { socket } of clients) socket.destroy();
  clients = [];
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function open(): Promise<ByteClient> {
  const client = await connectBytes(gateway.port);
  clients.push(client);
  return client;
}

const get = () => `GET / HTTP/1.1\r\nHost: a\r\nX-API-Key: ${secret}\r\n\r\n`;
const post = (length: number) =>
  `POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: ${secret}\r\nContent-Length: ${length}\r\n\r\n`;

test('a head that comes a byte at a time has no longer than any other', async () => {
  const client = await open();
  const drip = setInterval(() => client.send('a'), 20);
  client.send('GET /');
  await expectSeen(client, '"code":"request_timeout"');
  clearInterval(drip);
  await waitUntil('it is ended', () => client.hasEnded);
});

test('a connection on which nothing is asked is closed', async () => {
  const silent = await open();
  const used = await open();
  used.send(get());
  await expectSeen(used, '200 OK');
  await waitUntil('the silent one is closed', () => silent.hasEnded);
  expect(silent.text).toBe('');
  await waitUntil('the used one is closed', () => used.hasEnded);
});

test('a body that comes slower than the least rate is 408, though it never stands still', async () => {
  gateway.upstream.answer = (req) => req.resume();
  const client = await open();
  client.send(post(10_000));
  const drip = setInterval(() => client.send('a'), 50);
  await expectSeen(client, '"code":"request_timeout"');
  clearInterval(drip);
  await waitUntil('the upstream is let go', () => gateway.upstream.connections === 0);
});

test('a body is not slow while it is the upstream that does not read', async () => {
  const { promise: mayRead, resolve: read } = Promise.withResolvers<void>();
  gateway.upstream.answer = (req, res) => {
    void mayRead.then(() => {
      req.resume();
      req.once('end', () => res.end('all'));
    });
  };
  const client = await open();
  const size = 8 * 1024 * 1024;
  client.send(post(size));
  client.send(Buffer.alloc(size));
  await waitUntil('the client is held back', () => client.socket.writableLength > 0);
  // Longer than a slow client would be given.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  read();
  await expectSeen(client, /all$/);
});

test('an address has no more connections than it may, and gets new ones when old ones go', async () => {
  const more = await Promise.all(Array.from({ length: 6 }, open));
  await waitUntil('some are refused', () => more.filter(({ hasEnded }) => hasEnded).length >= 2);
  for (const { socket } of clients) socket.destroy();
  await waitUntil('one is accepted again', async () => {
    const client = await open();
    client.send(get());
    await waitUntil('it is answered or not', () => client.text !== '' || client.hasEnded);
    return client.text.includes('200 OK');
  });
  expect(clients.length).toBeGreaterThan(6);
});

test('a proxy that drains finishes what runs, answers what comes meanwhile, and then closes', async () => {
  await using leaving = await startGateway({ bounds: { drainIdleMs: 300 } });
  const customer = await insertCustomer(leaving.db);
  const ask = `GET / HTTP/1.1\r\nHost: a\r\nX-API-Key: ${customer.secret}\r\n\r\n`;
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const kept = await connectBytes(leaving.port);
  kept.send(ask);
  await expectSeen(kept, '200 OK');
  const idle = await connectBytes(leaving.port);
  idle.send(ask);
  await expectSeen(idle, '200 OK');
  leaving.upstream.answer = (_req, res) => void mayAnswer.then(() => res.end('late'));
  const running = await connectBytes(leaving.port);
  running.send(ask);
  await waitUntil('it reached the upstream', () => leaving.upstream.hits === 3);
  const closed = leaving.proxy.close(true);
  kept.send(ask);
  answer();
  await expectSeen(running, /Connection: close\r\n[^]*late/);
  await expectSeen(kept, /Connection: close\r\n[^]*late/);
  expect(idle.hasEnded).toBe(false);
  await waitUntil('the idle one is ended', () => idle.hasEnded);
  for (const { socket } of [kept, idle, running]) socket.end();
  await closed;
});
