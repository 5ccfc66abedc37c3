import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCustomer } from '../testing/records.ts';
import { exchangeRaw, parseAnswer, sendRaw } from '../testing/send-raw.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';

let gateway: Gateway;
let secret: string;

beforeAll(async () => {
  gateway = await startGateway({ bounds: { requestHeadTimeoutMs: 300 } });
  ({ secret } = await insertCustomer(gateway.db));
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

const chunked = 'Transfer-Encoding: chunked';

test.each([
  ['two hosts', 400, ['GET / HTTP/1.1', 'Host: a', 'Host: b'], ''],
  ['no host', 400, ['GET / HTTP/1.1'], ''],
  ['no host in HTTP/1.0', 400, ['GET / HTTP/1.0'], ''],
  ['an absolute target', 400, ['GET http://a/ HTTP/1.1', 'Host: a'], ''],
  ['an asterisk', 400, ['OPTIONS * HTTP/1.1', 'Host: a'], ''],
  ['a target without slash', 400, ['GET x HTTP/1.1', 'Host: a'], ''],
  ['chunks in HTTP/1.0', 400, ['POST / HTTP/1.0', 'Host: a', chunked], '0\r\n\r\n'],
  [
    'length and chunks',
    400,
    ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 5', chunked],
    '0\r\n\r\n',
  ],
  [
    'two lengths',
    400,
    ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 1'],
    'a',
  ],
  ['a signed length', 400, ['POST / HTTP/1.1', 'Host: a', 'Content-Length: +1'], 'a'],
  ['a space before the colon', 400, ['GET / HTTP/1.1', 'Host: a', 'X-A : b'], ''],
  ['a folded header', 400, ['GET / HTTP/1.1', 'Host: a', 'X-A: b', ' c'], ''],
  [
    'a coding beside chunked',
    400,
    ['POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked'],
    '0\r\n\r\n',
  ],
  ['chunked that is none', 400, ['POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: xchunked'], ''],
  ['dot segments', 400, ['GET /a/../b HTTP/1.1', 'Host: a'], ''],
  ['escaped dot segments', 400, ['GET /a/%2e%2e/b HTTP/1.1', 'Host: a'], ''],
  ['an escaped slash', 400, ['GET /a%2fb HTTP/1.1', 'Host: a'], ''],
  ['an empty segment', 400, ['GET //a HTTP/1.1', 'Host: a'], ''],
  ['a backslash', 400, ['GET /a\\b HTTP/1.1', 'Host: a'], ''],
  ['an escaped NUL', 400, ['GET /a%00 HTTP/1.1', 'Host: a'], ''],
  ['nonsense', 400, ['nonsense'], ''],
  ['TRACE', 405, ['TRACE / HTTP/1.1', 'Host: a'], ''],
  ['CONNECT', 405, ['CONNECT a:443 HTTP/1.1', 'Host: a:443'], ''],
  ['a long URL', 414, [`GET /${'a'.repeat(8_200)} HTTP/1.1`, 'Host: a'], ''],
  ['an unknown expectation', 417, ['GET / HTTP/1.1', 'Host: a', 'Expect: tea'], ''],
  [
    'an expectation beside 100-continue',
    417,
    ['GET / HTTP/1.1', 'Host: a', 'Expect: y 100-continue'],
    '',
  ],
  [
    '101 headers',
    431,
    ['GET / HTTP/1.1', 'Host: a', ...Array.from({ length: 101 }, (_, at) => `X-${at}: 1`)],
    '',
  ],
  [
    '3,000 headers',
    431,
    ['GET / HTTP/1.1', 'Host: a', ...Array.from({ length: 3_000 }, () => 'A: ')],
    '',
  ],
  ['a large header', 431, ['GET / HTTP/1.1', 'Host: a', `X-A: ${'a'.repeat(17_000)}`], ''],
])(
  'answers %s with %i in our form, and the upstream sees nothing',
  async (_what, status, lines, body) => {
    const hits = gateway.upstream.hits;
    const answer = await exchangeRaw(gateway.port, [...lines, `X-API-Key: ${secret}`], body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({
      status,
      request_id: answer.headers['x-request-id'],
    });
    expect(gateway.upstream.hits).toBe(hits);
  },
);

test('a head that does not arrive in time is 408', async () => {
  const answer = parseAnswer(await sendRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n'));
  expect(answer.status).toBe(408);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'request_timeout' });
});

test('a broken chunk in the middle of a body is 400, and the upstream request is cancelled', async () => {
  gateway.upstream.answer = (req) => req.resume();
  const head = `POST / HTTP/1.1\r\nHost: a\r\nX-API-Key: ${secret}\r\n${chunked}\r\n\r\n`;
  const text = await sendRaw(gateway.port, `${head}5\r\nhello\r\nzz\r\n`);
  gateway.upstream.answer = null;
  expect(parseAnswer(text).status).toBe(400);
});

test('garbage behind a good request does not keep it from its answer', async () => {
  const good = `GET /good HTTP/1.1\r\nHost: a\r\nX-API-Key: ${secret}\r\n\r\n`;
  const text = await sendRaw(gateway.port, `${good}garbage\r\n\r\n`);
  expect(parseAnswer(text).status).toBe(200);
  expect(parseAnswer(text.slice(text.lastIndexOf('HTTP/1.1 4')))).toMatchObject({
    status: 400,
    headers: { connection: 'close' },
  });
});

test('answers pipelined requests in order, each with its own', async () => {
  const head = `Host: a\r\nX-API-Key: ${secret}\r\n`;
  const first = `GET /first HTTP/1.1\r\n${head}\r\n`;
  const second = `GET /second HTTP/1.1\r\n${head}Connection: close\r\n\r\n`;
  const text = await sendRaw(gateway.port, first + second);
  expect(text.indexOf('"/first"')).toBeGreaterThan(0);
  expect(text.indexOf('"/second"')).toBeGreaterThan(text.indexOf('"/first"'));
});

test('names the methods that are supported when one is not', async () => {
  const answer = await exchangeRaw(gateway.port, ['TRACE / HTTP/1.1', 'Host: a']);
  expect(answer.headers['allow']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
});

test('tells that it lives and that it is ready, without a key', async () => {
  expect((await fetch(`${gateway.url}/_apigate/healthz`)).status).toBe(200);
  expect((await fetch(`${gateway.url}/_apigate/readyz`)).status).toBe(200);
});

test('an upgrade request is answered as a plain one', async () => {
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
  const text = await sendRaw(
    gateway.port,
    [
      `GET / HTTP/1.1`,
      'Host: a',
      `X-API-Key: ${secret}`,
      ...upgrade,
      'Connection: close',
      '',
      '',
    ].join('\r\n'),
  );
  expect(parseAnswer(text).status).toBe(200);
  expect(text).not.toContain('websocket');
});

test('a connection that breaks at once does no harm', async () => {
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.resetAndDestroy();
  expect((await gateway.send(secret)).status).toBe(200);
});
