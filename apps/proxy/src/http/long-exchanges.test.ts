import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertCustomer, insertRoute, insertUpstream } from '../testing/records.ts';
import { connectBytes, expectSeen, type ByteClient } from '../testing/byte-client.ts';
import {
  startByteUpstream,
  type ByteRequest,
  type ByteUpstream,
} from '../testing/byte-upstream.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { webSocketAcceptOf } from './web-socket.ts';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
let gateway: Gateway;
let customer: Awaited<ReturnType<typeof insertCustomer>>;
let upstream: ByteUpstream;
let onData: (request: ByteRequest) => void;
let clients: ByteClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({ bounds: { tunnelIdleTimeoutMs: 1_000 } });
  upstream = await startByteUpstream((request) => onData(request));
  await insertRoute(gateway.db, await insertUpstream(gateway.db, upstream.url));
  await gateway.db.query('delete from routes where id = $1', [gateway.routeId]);
  await gateway.heard();
});

beforeEach(async () => {
  customer = await insertCustomer(gateway.db);
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  await waitUntil('no connection is left but idle ones', () => upstream.connections <= 1);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

async function open(): Promise<ByteClient> {
  const client = await connectBytes(gateway.port);
  clients.push(client);
  return client;
}

function handshake(secret: string): string {
  const upgrade = ['Connection: keep-alive, Upgrade', 'Upgrade: WebSocket'];
  const webSocket = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`];
  const lines = ['GET /chat HTTP/1.1', 'Host: api', `X-API-Key: ${secret}`];
  return [...lines, ...upgrade, ...webSocket, '', ''].join('\r\n');
}

function switched(accept = webSocketAcceptOf(key)): string {
  const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];
  const lines = ['HTTP/1.1 101 Switching Protocols', ...upgrade, `Sec-WebSocket-Accept: ${accept}`];
  return [...lines, 'Sec-WebSocket-Protocol: chat', '', ''].join('\r\n');
}

/** An upstream that switches and then sends back what it gets. */
function echoes(request: ByteRequest): void {
  if (request.text.startsWith('GET')) {
    request.text = '';
    request.socket.write(switched());
  } else {
    request.socket.write(request.text, 'latin1');
    request.text = '';
  }
}

async function eventOf(userId: string): Promise<Record<string, unknown>> {
  let event: Record<string, unknown> | undefined;
  await waitUntil('the event is stored', async () => {
    const sql = 'select * from usage_events where user_id = $1 order by at desc limit 1';
    [event] = (await gateway.db.query(sql, [userId])).rows;
    return event !== undefined;
  });
  return event ?? {};
}

const changes: [string, string][] = [
  ['the user is suspended', `update users set status = 'suspended' where id = $1`],
  ['the user is deleted', 'delete from users where id = $1'],
  ['the key is revoked', 'update keys set revoked_at = now() where user_id = $1'],
  ['the key is disabled', 'update keys set enabled = false where user_id = $1'],
  [
    'the key expires',
    `update keys set expires_at = now() + interval '300 milliseconds' where user_id = $1`,
  ],
];

test('a WebSocket carries bytes both ways, and is metered with bytes and duration', async () => {
  let seen = '';
  onData = (request) => {
    if (request.text.startsWith('GET')) seen = request.text;
    echoes(request);
  };
  const client = await open();
  client.send(handshake(customer.secret));
  await expectSeen(client, '\r\n\r\n');
  expect(seen).toContain(
    `\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-User-Id: ${customer.userId}\r\n`,
  );
  expect(client.text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
  for (const line of ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Protocol: chat'])
    expect(client.text).toContain(`\r\n${line}\r\n`);
  expect(client.text).toContain('X-Quota-Used: 1');
  client.send('\x81\x02hi');
  await expectSeen(client, '\r\n\r\n\x81\x02hi');
  client.send('\x81\x01\xff');
  await expectSeen(client, '\x81\x01\xff');
  client.socket.end();
  await waitUntil('it is closed', () => client.isClosed || client.hasEnded);
  const event = await eventOf(customer.userId);
  expect(event).toMatchObject({ status: 101, units: 1, bytes_in: '7', bytes_out: '7' });
  expect(Number(event['latency_us'])).toBeGreaterThan(0);
});

test('what the upstream sends behind its 101 and what the client sends ahead both arrive', async () => {
  let seen = '';
  onData = (request) => {
    seen += request.text;
    if (request.text.startsWith('GET'))
      request.socket.write(`${switched()}\x81\x05first`, 'latin1');
    request.text = '';
  };
  const client = await open();
  client.send(`${handshake(customer.secret)}\x81\x05ahead`);
  await expectSeen(client, '\r\n\r\n\x81\x05first');
  await waitUntil('what was sent ahead arrives', () => seen.endsWith('\x81\x05ahead'));
});

test.each([
  ['a wrong accept value', switched('AAAAAAAAAAAAAAAAAAAAAAAAAAA=')],
  ['two accept values', switched(`${webSocketAcceptOf(key)}\r\nSec-WebSocket-Accept: x`)],
  ['no accept value', 'HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
  ['another protocol', switched().replace('Upgrade: websocket', 'Upgrade: h2c')],
])('a 101 with %s opens no tunnel', async (_what, answer) => {
  let afterwards = '';
  onData = (request) => {
    if (request.text.startsWith('GET /chat')) request.socket.write(answer);
    else afterwards += request.text;
    request.text = '';
  };
  const client = await open();
  client.send(`${handshake(customer.secret)}GET /internal HTTP/1.1\r\nHost: a\r\n\r\n`);
  await expectSeen(client, '"code":"upstream_unreachable"');
  await expectSeen(client, '"code":"missing_api_key"');
  expect(afterwards).toBe('');
  expect(upstream.connections).toBe(0);
});

test('an upgrade that is answered otherwise is a plain exchange, and the next request is decided anew', async () => {
  let afterwards = '';
  onData = (request) => {
    if (request.text.startsWith('GET /chat')) {
      request.socket.write('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno');
    } else afterwards += request.text;
    request.text = '';
  };
  const client = await open();
  client.send(`${handshake(customer.secret)}GET /internal HTTP/1.1\r\nHost: a\r\n\r\n`);
  await expectSeen(client, '426 Upgrade Required');
  await expectSeen(client, '"code":"missing_api_key"');
  expect(afterwards).toBe('');
});

test('an upgrade passes the whole decision first', async () => {
  onData = echoes;
  const { opened } = upstream;
  const client = await open();
  client.send(handshake('ak_wrong'));
  await expectSeen(client, '"code":"invalid_api_key"');
  expect(upstream.opened).toBe(opened);
});

test.each(changes)('a WebSocket is closed with 1008 when %s', async (_what, sql) => {
  onData = echoes;
  const client = await open();
  client.send(handshake(customer.secret));
  await expectSeen(client, '101 Switching');
  client.send('\x81\x02hi');
  await expectSeen(client, '\x81\x02hi');
  const keepsBusy = setInterval(() => client.send('\x81\x02hi'), 100);
  const changedAtMs = performance.now();
  await gateway.db.query(sql, [customer.userId]);
  await waitUntil('it is ended', () => client.hasEnded, 5_000);
  clearInterval(keepsBusy);
  expect(performance.now() - changedAtMs).toBeLessThan(5_000);
  const frame = client.text.slice(client.text.lastIndexOf('\x88'));
  expect(frame).toMatch(/^.{4}[a-z_]+$/s);
  expect(frame.slice(2, 4)).toBe('\x03\xf0');
  expect(frame.charCodeAt(1)).toBe(frame.length - 2);
  await waitUntil('the upstream is let go', () => upstream.connections === 0);
});

test('in the middle of a frame nothing is put in between', async () => {
  onData = (request) => {
    if (request.text.startsWith('GET'))
      request.socket.write(`${switched()}\x81\x7dbegin`, 'latin1');
    request.text = '';
  };
  const client = await open();
  client.send(handshake(customer.secret));
  await expectSeen(client, 'begin');
  await gateway.db.query(`update users set status = 'suspended' where id = $1`, [customer.userId]);
  await waitUntil('it is ended', () => client.hasEnded, 5_000);
  expect(client.text).toMatch(/begin$/);
});

test('a WebSocket without any byte for long is ended', async () => {
  onData = echoes;
  const client = await open();
  client.send(handshake(customer.secret));
  await expectSeen(client, '101 Switching');
  await waitUntil('it is ended', () => client.hasEnded || client.isClosed, 5_000);
  await waitUntil('the upstream is let go', () => upstream.connections === 0);
});

test('an upstream that ends a WebSocket ends it for the client', async () => {
  onData = (request) => void request.socket.end(`${switched()}\x88\x00`, 'latin1');
  const client = await open();
  client.send(handshake(customer.secret));
  await waitUntil('it is ended', () => client.hasEnded);
  expect(client.text.endsWith('\x88\x00')).toBe(true);
});

test('a client that breaks a WebSocket off lets the upstream go', async () => {
  onData = echoes;
  const client = await open();
  client.send(handshake(customer.secret));
  await expectSeen(client, '101 Switching');
  client.socket.resetAndDestroy();
  await waitUntil('the upstream is let go', () => upstream.connections === 0);
  expect(await eventOf(customer.userId)).toMatchObject({ status: 101 });
});

/** Answers with events, one each time that `send` is called. */
function eventStream(): { send: (event: string) => void } {
  const stream = { send: (_event: string): void => undefined };
  onData = (request) => {
    request.text = '';
    const type = 'Content-Type: text/event-stream';
    request.socket.write(`HTTP/1.1 200 OK\r\n${type}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    stream.send = (event) => {
      const text = `data: ${event}\n\n`;
      request.socket.write(`${text.length.toString(16)}\r\n${text}\r\n`);
    };
  };
  return stream;
}

test('server-sent events pass one by one as they come', async () => {
  const stream = eventStream();
  const client = await open();
  client.send(`GET /events HTTP/1.1\r\nHost: a\r\nX-API-Key: ${customer.secret}\r\n\r\n`);
  await expectSeen(client, 'Transfer-Encoding: chunked\r\n\r\n');
  for (const event of ['1', '2', '3']) {
    stream.send(event);
    await expectSeen(client, `data: ${event}\n\n\r\n`);
  }
});

test.each(changes)('an event stream is broken off when %s', async (_what, sql) => {
  const stream = eventStream();
  const client = await open();
  client.send(`GET /events HTTP/1.1\r\nHost: a\r\nX-API-Key: ${customer.secret}\r\n\r\n`);
  await expectSeen(client, '200 OK');
  stream.send('1');
  await expectSeen(client, 'data: 1');
  await gateway.db.query(sql, [customer.userId]);
  await waitUntil('it is broken off', () => client.hasEnded || client.isClosed, 5_000);
  expect(client.text).not.toContain('0\r\n\r\n');
  await waitUntil('the upstream is let go', () => upstream.connections === 0);
  // What a user used goes with the user.
  if (sql.startsWith('delete')) return;
  const [, id = ''] = /X-Request-Id: (\S+)/.exec(client.text) ?? [];
  await waitUntil('it is metered', async () => {
    const found = await gateway.db.query('select status from usage_events where id = $1', [id]);
    return found.rows[0]?.status === 200;
  });
});

test('a change that does not concern the right to call leaves a stream alone', async () => {
  const stream = eventStream();
  const client = await open();
  client.send(`GET /events HTTP/1.1\r\nHost: a\r\nX-API-Key: ${customer.secret}\r\n\r\n`);
  await expectSeen(client, '200 OK');
  await gateway.db.query(`update keys set name = 'other' where user_id = $1`, [customer.userId]);
  await gateway.db.query(`update users set metadata = '{"a":"b"}' where id = $1`, [
    customer.userId,
  ]);
  await gateway.heard();
  // The time in which the stream is looked at more than once.
  await new Promise((resolve) => setTimeout(resolve, 700));
  stream.send('on');
  await expectSeen(client, 'data: on');
});

test.each([
  [
    'while the upstream is silent',
    (request: ByteRequest) => void (request.text = ''),
    async () => undefined,
  ],
  [
    'in the middle of an answer',
    (request: ByteRequest) => {
      request.text = '';
      request.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome');
    },
    (client: ByteClient) => expectSeen(client, 'some'),
  ],
  [
    'in the middle of an interim answer',
    (request: ByteRequest) => {
      request.text = '';
      request.socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
    },
    (client: ByteClient) => expectSeen(client, '103 Early Hints'),
  ],
] as [string, (request: ByteRequest) => void, (client: ByteClient) => Promise<void>][])(
  'a client that leaves %s leaves no connection behind',
  async (_what, answer, until) => {
    onData = answer;
    for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
      const { opened } = upstream;
      const client = await open();
      client.send(`GET /x HTTP/1.1\r\nHost: a\r\nX-API-Key: ${customer.secret}\r\n\r\n`);
      await waitUntil('the upstream is asked', () => upstream.opened > opened);
      await until(client);
      const leftAtMs = performance.now();
      client.socket[leave]();
      await waitUntil('the upstream is let go', () => upstream.connections === 0, 2_000);
      expect(performance.now() - leftAtMs).toBeLessThan(1_000);
    }
  },
);

test('a client that leaves in the middle of its body leaves no connection behind', async () => {
  onData = () => undefined;
  for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
    const { opened } = upstream;
    const client = await open();
    const head = `POST /x HTTP/1.1\r\nHost: a\r\nX-API-Key: ${customer.secret}\r\n`;
    client.send(`${head}Content-Length: 100\r\n\r\nsome`);
    await waitUntil('the upstream is asked', () => upstream.opened > opened);
    client.socket[leave]();
    await waitUntil('the upstream is let go', () => upstream.connections === 0, 1_000);
    expect(client.text).not.toContain('200 OK');
  }
});
