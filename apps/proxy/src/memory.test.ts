import { createConnection } from 'node:net';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCustomer } from './testing/records.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const connections = 32;
const warmUpRequests = 8_000;
const requests = 20_000;
/** What a request may leave behind, far below the least that one that is kept would hold. */
const bytesPerRequestMax = 200;
let gateway: Gateway;
let sent = 0;

beforeAll(async () => {
  gateway = await startGateway();
  gateway.upstream.answer = (_req, res) => res.end('ok');
});

afterAll(() => gateway[Symbol.asyncDispose]());

/** Sends requests one after the other over one connection, which it closes. */
async function sendMany(count: number, secret: string): Promise<void> {
  const socket = createConnection(gateway.port, '127.0.0.1');
  let [answered, text] = [0, ''];
  const ask = (): boolean =>
    socket.write(
      `GET /some/path?n=${(sent += 1)} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${secret}\r\n\r\n`,
    );
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    if (!text.endsWith('\r\n\r\nok') && !text.endsWith('\r\n0\r\n\r\n')) return;
    expect(text.slice(9, 12)).toBe('200');
    text = '';
    answered += 1;
    if (answered < count) ask();
    else socket.end();
  });
  ask();
  await once(socket, 'close');
}

/** Bytes in use once as many requests more were answered and their usage has reached the database. */
async function bytesAfter(count: number, secret: string): Promise<number> {
  const each = count / connections;
  await Promise.all(Array.from({ length: connections }, () => sendMany(each, secret)));
  await waitUntil('all usage is stored', async () => {
    const { rows } = await gateway.db.query('select count(*)::int as n from usage_events');
    return rows[0].n === sent;
  });
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test('requests that are over leave nothing in memory', { timeout: 120_000 }, async () => {
  const { secret } = await insertCustomer(gateway.db);
  const before = await bytesAfter(warmUpRequests, secret);
  // Buffers of some megabytes come and go; what requests leave behind is there each time, and more of it.
  const after: number[] = [];
  for (let round = 0; round < 3; round += 1) after.push(await bytesAfter(requests, secret));
  expect((Math.min(...after) - before) / requests).toBeLessThan(bytesPerRequestMax);
});
