import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { sealSecret, upstreamAuthPurpose } from '@apigate/domain/gateway';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EchoedRequest } from './testing/echo-upstream.ts';
import { insertCustomer, insertRoute, insertUpstream } from './testing/records.ts';
import { exchangeRaw, parseAnswer, sendRaw } from './testing/send-raw.ts';
import { startGateway, testEncryptionKey, type Gateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

let gateway: Gateway;
let secret: string;
let userId: string;

beforeAll(async () => {
  gateway = await startGateway({ bounds: { clientIdleTimeoutMs: 500 } });
});

beforeEach(async () => {
  gateway.upstream.answer = null;
  ({ secret, userId } = await insertCustomer(gateway.db));
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

function lines(requestLine: string, ...headers: string[]): string[] {
  return [requestLine, 'Host: api', `X-API-Key: ${secret}`, ...headers];
}

async function lastEvent(): Promise<Record<string, unknown>> {
  let event: Record<string, unknown> | undefined;
  await waitUntil('the event is stored', async () => {
    const sql = 'select * from usage_events where user_id = $1 order by at desc, id desc limit 1';
    event = (await gateway.db.query(sql, [userId])).rows[0];
    return event !== undefined;
  });
  return event ?? {};
}

async function unitsUsed(): Promise<string | null> {
  const res = await gateway.send(secret);
  return res.headers.get('x-quota-used');
}

/** Starts a request and gives what is needed to write its body and read its answer bit by bit. */
function open(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const { method = 'GET', headers = {} } = options;
  const req = request(gateway.url + path, {
    method,
    headers: { 'X-API-Key': secret, ...headers },
    agent: false,
  });
  req.on('error', () => undefined);
  const answer = once(req, 'response').then(([res]) => res as IncomingMessage);
  answer.catch(() => undefined);
  return { req, answer };
}

async function routeTo(
  url: string,
  path: string,
  upstream: Record<string, unknown> = {},
): Promise<void> {
  const upstreamId = await insertUpstream(gateway.db, url, upstream);
  await insertRoute(gateway.db, upstreamId, { path });
  await gateway.heard();
}

test('keeps method, path, query, body and repeated headers both ways', async () => {
  gateway.upstream.answer = (req, res) => {
    res.writeHead(201, 'Made It', [
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Seen', req.rawHeaders.join(' ')],
      ...['X-Url', req.url ?? '', 'Content-Length', '0'],
    ]);
    res.end();
  };
  const head = lines('GET /a/b?x=1&x=2&y=%2F HTTP/1.1', 'Cookie: a', 'X-Twice: 1', 'x-twice: 2');
  const text = await sendRaw(gateway.port, [...head, 'Connection: close', '', ''].join('\r\n'));
  const answer = parseAnswer(text);
  expect(text).toMatch(/^HTTP\/1\.1 201 Made It\r\n/);
  expect(answer.headers['x-url']).toBe('/a/b?x=1&x=2&y=%2F');
  expect(answer.headers['x-seen']).toContain('Cookie a X-Twice 1 x-twice 2');
  const cookies = answer.rawHeaders.filter((_, at) => answer.rawHeaders[at - 1] === 'Set-Cookie');
  expect(cookies).toEqual(['a=1', 'b=2']);
});

test('matches and forwards the same path', async () => {
  expect((await gateway.echo(secret, '/%61/b%2Dc')).url).toBe('/a/b-c');
});

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'])(
  'forwards a body with %s',
  async (method) => {
    const echoed = await gateway.echo(secret, '/x', { method, body: 'hello' });
    expect(echoed).toMatchObject({ method, body: 'hello' });
  },
);

test('forwards a chunked body as it comes, whatever its length', async () => {
  const text = ['5\r\nhello\r\n', '6;ext=1\r\n world\r\n', '0\r\n\r\n'].join('');
  const answer = await exchangeRaw(
    gateway.port,
    lines('POST /x HTTP/1.1', 'Transfer-Encoding: chunked'),
    text,
  );
  const echoed = JSON.parse(answer.body) as EchoedRequest;
  expect(echoed.body).toBe('hello world');
  expect(echoed.rawHeaders).toContain('Transfer-Encoding');
});

test('forwards a body with GET', async () => {
  const answer = await exchangeRaw(
    gateway.port,
    lines('GET /x HTTP/1.1', 'Content-Length: 2'),
    'hi',
  );
  expect(JSON.parse(answer.body)).toMatchObject({ method: 'GET', body: 'hi' });
});

test('passes HEAD, 204 and 304 without a body and with their headers', async () => {
  gateway.upstream.answer = (req, res) => {
    const status = Number(req.url?.slice(1));
    const length = status === 204 ? [] : ['Content-Length', '42'];
    res.writeHead(status, ['ETag', '"x"', ...length]).end();
  };
  const head = await exchangeRaw(gateway.port, lines('HEAD /200 HTTP/1.1'));
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '42', '']);
  const none = await exchangeRaw(gateway.port, lines('GET /204 HTTP/1.1'));
  expect([none.status, none.headers['content-length'], none.body]).toEqual([204, undefined, '']);
  const same = await exchangeRaw(gateway.port, lines('GET /304 HTTP/1.1'));
  expect([same.status, same.headers['content-length'], same.headers['etag'], same.body]).toEqual([
    304,
    '42',
    '"x"',
    '',
  ]);
});

test('passes redirects on and follows none', async () => {
  gateway.upstream.answer = (_req, res) => res.writeHead(302, { Location: '/elsewhere' }).end();
  const res = await gateway.send(secret, '/', { redirect: 'manual' });
  expect([res.status, res.headers.get('location')]).toEqual([302, '/elsewhere']);
});

test('passes compressed bytes through as they are', async () => {
  const bytes = randomBytes(1_000);
  gateway.upstream.answer = (_req, res) =>
    res.writeHead(200, { 'Content-Encoding': 'br' }).end(bytes);
  const { req, answer } = open('/');
  req.end();
  const chunks = await (await answer).toArray();
  expect(Buffer.concat(chunks as Buffer[]).equals(bytes)).toBe(true);
});

test('passes trailers of the answer', async () => {
  gateway.upstream.answer = (_req, res) => {
    res.write('body');
    res.addTrailers({ 'X-Checksum': 'abc' });
    res.end();
  };
  const { req, answer } = open('/', { headers: { TE: 'trailers' } });
  req.end();
  const res = await answer;
  await res.toArray();
  expect(res.rawTrailers).toEqual(['X-Checksum', 'abc']);
});

test('an answer without length reaches an HTTP/1.0 client whole', async () => {
  gateway.upstream.answer = (_req, res) => {
    res.write('one');
    res.end('two');
  };
  const answer = await exchangeRaw(gateway.port, lines('GET / HTTP/1.0'));
  expect([answer.headers['transfer-encoding'], answer.body]).toEqual([undefined, 'onetwo']);
});

test('passes an expectation on and the 100 Continue back, and sends none when it refuses', async () => {
  const expecting = ['Content-Length: 2', 'Expect: 100-continue'];
  const passed = await sendRaw(
    gateway.port,
    [...lines('POST / HTTP/1.1', ...expecting), 'Connection: close', '', 'hi'].join('\r\n'),
  );
  expect(passed).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  expect(passed).toContain('"Expect","100-continue"');
  const refused = await sendRaw(
    gateway.port,
    ['POST / HTTP/1.1', 'Host: api', ...expecting, '', ''].join('\r\n'),
  );
  expect(refused).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
});

test('the head of an answer leaves before its body is there', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  gateway.upstream.answer = (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    void mayEnd.then(() => res.end('data: 1\n\n'));
  };
  const { req, answer } = open('/');
  req.end();
  const res = await answer;
  expect(res.statusCode).toBe(200);
  end();
  expect(Buffer.concat((await res.toArray()) as Buffer[]).toString()).toBe('data: 1\n\n');
});

test('streams 64 MB each way with little memory and nothing lost', async () => {
  const chunk = randomBytes(1024 * 1024);
  const sum = createHash('sha256');
  gateway.upstream.answer = (req, res) => req.pipe(res);
  const before = process.memoryUsage().rss;
  let peak = before;
  const { req, answer } = open('/', { method: 'POST' });
  const received = createHash('sha256');
  const reading = answer.then(async (res) => {
    for await (const part of res) received.update(part as Buffer);
  });
  for (let sent = 0; sent < 64; sent += 1) {
    sum.update(chunk);
    if (!req.write(chunk)) await once(req, 'drain');
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  req.end();
  await reading;
  expect(received.digest('hex')).toBe(sum.digest('hex'));
  // Client, proxy and upstream share this process; each may hold some chunks of 1 MB.
  expect(peak - before).toBeLessThan(160 * 1024 * 1024);
  expect(await lastEvent()).toMatchObject({
    bytes_in: String(64 * 1024 * 1024),
    bytes_out: String(64 * 1024 * 1024),
  });
});

test('a reader that stands still stops the upstream, and nothing is piled up', async () => {
  const stalled = await startGateway();
  const customer = await insertCustomer(stalled.db);
  let written = 0;
  stalled.upstream.answer = (_req, res) => {
    const chunk = Buffer.alloc(256 * 1024);
    const write = (): void => {
      while (written < 256 * 1024 * 1024) {
        written += chunk.length;
        if (!res.write(chunk)) {
          res.once('drain', write);
          return;
        }
      }
      res.end();
    };
    write();
  };
  const socket = connect(stalled.port, '127.0.0.1');
  socket.pause();
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX-API-Key: ${customer.secret}\r\n\r\n`);
  let before = -1;
  await waitUntil('the upstream stands still', () => {
    const isStill = written > 0 && written === before;
    before = written;
    return isStill;
  });
  expect(written).toBeLessThan(64 * 1024 * 1024);
  socket.destroy();
  await waitUntil('the upstream is let go', () => stalled.upstream.connections === 0);
  await stalled[Symbol.asyncDispose]();
});

test('a client that leaves before the answer cancels the upstream request, which still counts', async () => {
  let wasCancelled = false;
  gateway.upstream.answer = (_req, res) => {
    res.once('close', () => {
      wasCancelled = !res.writableFinished;
    });
  };
  const { req } = open('/never');
  req.end();
  const hits = gateway.upstream.hits;
  await waitUntil('it reached the upstream', () => gateway.upstream.hits > hits);
  req.destroy();
  await waitUntil('the upstream request is cancelled', () => wasCancelled);
  expect(await lastEvent()).toMatchObject({ status: 499, units: 1, refusal_code: null });
});

test('a client that leaves in the middle of its body cancels the upstream request', async () => {
  let wasCancelled = false;
  gateway.upstream.answer = (req) => {
    req.resume();
    req.once('close', () => {
      wasCancelled = !req.complete;
    });
  };
  const { req } = open('/', { method: 'POST', headers: { 'Content-Length': '1000' } });
  const hits = gateway.upstream.hits;
  req.write('some');
  await waitUntil('it reached the upstream', () => gateway.upstream.hits > hits);
  req.destroy();
  await waitUntil('the upstream request is cancelled', () => wasCancelled);
  expect(await lastEvent()).toMatchObject({ status: 499, bytes_in: '4' });
});

test('a client that leaves in the middle of the answer cancels the upstream request', async () => {
  let wasCancelled = false;
  gateway.upstream.answer = (_req, res) => {
    res.write('begin');
    res.once('close', () => {
      wasCancelled = !res.writableFinished;
    });
  };
  const { req, answer } = open('/');
  req.end();
  await answer;
  req.destroy();
  await waitUntil('the upstream request is cancelled', () => wasCancelled);
  expect(await lastEvent()).toMatchObject({ status: 200, units: 1 });
});

test('an upstream that breaks off in the middle breaks off the client', async () => {
  gateway.upstream.answer = (_req, res) => {
    res.writeHead(200, { 'Content-Length': '100' });
    res.write('some', () => res.destroy());
  };
  const { req, answer } = open('/');
  req.end();
  await expect((await answer).toArray()).rejects.toThrow();
});

test('an upstream that refuses connections is 502, and costs nothing', async () => {
  await routeTo('http://127.0.0.1:1', '/refused');
  const res = await gateway.send(secret, '/refused');
  expect(await res.json()).toMatchObject({ status: 502, code: 'upstream_unreachable' });
  expect(res.headers.get('x-quota-used')).toBe('0');
  expect(await lastEvent()).toMatchObject({
    status: 502,
    units: 0,
    refusal_code: 'upstream_unreachable',
  });
  expect(await unitsUsed()).toBe('1');
});

test('an upstream that does not answer in time is 504, and costs nothing', async () => {
  await routeTo(gateway.upstream.url, '/slow', { response_timeout_ms: 200 });
  gateway.upstream.answer = () => undefined;
  const res = await gateway.send(secret, '/slow');
  expect(await res.json()).toMatchObject({ status: 504, code: 'upstream_timeout' });
  expect(await lastEvent()).toMatchObject({ status: 504, units: 0 });
});

test('an upstream that hangs up before answering is 502 for a POST, and over a kept connection is asked again for a GET', async () => {
  gateway.upstream.answer = (req) => req.socket.destroy();
  const hits = gateway.upstream.hits;
  const post = await gateway.send(secret, '/', { method: 'POST', body: 'x' });
  expect([post.status, gateway.upstream.hits - hits]).toEqual([502, 1]);
  gateway.upstream.answer = null;
  await gateway.echo(secret);
  let isFirst = true;
  gateway.upstream.answer = (req, res) => {
    if (isFirst) req.socket.destroy();
    else res.end('second');
    isFirst = false;
  };
  expect(await (await gateway.send(secret)).text()).toBe('second');
});

test('an upstream that has closed all kept connections is asked again over a new one', async () => {
  const kept = new Set<unknown>();
  const waiting: (() => void)[] = [];
  gateway.upstream.answer = (req, res) => {
    kept.add(req.socket);
    waiting.push(() => res.end());
    if (waiting.length === 3) for (const end of waiting) end();
  };
  await Promise.all([1, 2, 3].map(() => gateway.send(secret)));
  gateway.upstream.answer = (req, res) => {
    if (kept.has(req.socket)) req.socket.destroy();
    else res.end('new');
  };
  expect(await (await gateway.send(secret)).text()).toBe('new');
});

test.each([
  ['garbage', 'nonsense\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'an upgrade nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  ],
  ['a head that is too large', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`],
])('an upstream that answers with %s is 502', async (what, bytes) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const path = `/${what.replaceAll(' ', '-')}`;
  await routeTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, path);
  const res = await gateway.send(secret, path, { method: 'POST' });
  expect(await res.json()).toMatchObject({ code: 'upstream_unreachable' });
  server.close();
});

test('never connects to a metadata address', async () => {
  await routeTo('http://169.254.169.254', '/metadata');
  const res = await gateway.send(secret, '/metadata');
  expect(await res.json()).toMatchObject({ code: 'upstream_unreachable' });
});

test('keeps the base path of the upstream and sends its own credential', async () => {
  const sealed = sealSecret(testEncryptionKey, upstreamAuthPurpose, 'Bearer inner');
  const overrides = { auth_header_name: 'Authorization', auth_header_value: sealed };
  await routeTo(`${gateway.upstream.url}/base`, '/inner', overrides);
  const { url, rawHeaders } = await gateway.echo(secret, '/inner?a', {
    headers: { authorization: 'AWS4 x' },
  });
  expect(url).toBe('/base/inner?a');
  expect(rawHeaders.join()).toContain('Authorization,Bearer inner');
  expect(rawHeaders.join()).not.toContain('AWS4');
});

test('an answer before the end of a long body reaches the client', async () => {
  gateway.upstream.answer = (_req, res) => res.writeHead(413, { 'Content-Length': '3' }).end('too');
  const { req, answer } = open('/', {
    method: 'POST',
    headers: { 'Content-Length': String(64 * 1024 * 1024) },
  });
  req.write(Buffer.alloc(256 * 1024));
  const res = await answer;
  expect(res.statusCode).toBe(413);
  expect(Buffer.concat((await res.toArray()) as Buffer[]).toString()).toBe('too');
  req.destroy();
});

test('a refusal before the end of a long body reaches the client', async () => {
  secret = 'ak_wrong';
  const { req, answer } = open('/', {
    method: 'POST',
    headers: { 'Content-Length': String(64 * 1024 * 1024) },
  });
  req.write(Buffer.alloc(256 * 1024));
  expect((await answer).statusCode).toBe(401);
  req.destroy();
});

test('a client that stops sending its body is 408, and the upstream is let go', async () => {
  gateway.upstream.answer = (req) => req.resume();
  const { req, answer } = open('/', { method: 'POST', headers: { 'Content-Length': '1000' } });
  req.write('some');
  expect((await answer).statusCode).toBe(408);
  req.destroy();
});

test('an upstream that is slow to answer is waited for longer than a silent client', async () => {
  gateway.upstream.answer = (_req, res) => setTimeout(() => res.end('late'), 1_200);
  expect(await (await gateway.send(secret)).text()).toBe('late');
});

test('two clients never get the answer of one another', async () => {
  const tags = Array.from({ length: 400 }, (_, at) => `/tag-${at}`);
  const urls = await Promise.all(tags.map(async (tag) => (await gateway.echo(secret, tag)).url));
  expect(urls).toEqual(tags);
});
