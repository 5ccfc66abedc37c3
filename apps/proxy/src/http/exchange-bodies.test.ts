import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { insertCustomer, insertRoute, insertUpstream } from '../testing/records.ts';
import { connectBytes, expectSeen, type ByteClient } from '../testing/byte-client.ts';
import {
  answerEach,
  startByteUpstream,
  type ByteRequest,
  type ByteUpstream,
} from '../testing/byte-upstream.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';
import { waitUntil } from '../testing/wait-until.ts';

let gateway: Gateway;
let secret: string;
let upstream: ByteUpstream;
let onData: (request: ByteRequest) => void;
let clients: ByteClient[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  ({ secret } = await insertCustomer(gateway.db));
  upstream = await startByteUpstream((request) => onData(request));
  await insertRoute(gateway.db, await insertUpstream(gateway.db, upstream.url), { path: '/raw/*' });
  await gateway.heard();
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

function head(requestLine: string, ...lines: string[]): string {
  return [requestLine, 'Host: api', `X-API-Key: ${secret}`, ...lines, '', ''].join('\r\n');
}

const sized = (body: string, ...lines: string[]): string =>
  ['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...lines, '', body].join('\r\n');

const get = () => head('GET /raw/x HTTP/1.1');

test('a connection carries one request after the other, upstream as well', async () => {
  onData = answerEach((_head, socket) => void socket.write(sized('ok')));
  const { opened } = upstream;
  const client = await open();
  for (let count = 1; count <= 5; count += 1) {
    client.send(get());
    await waitUntil('it is answered', () => client.text.split('200 OK').length === count + 1);
  }
  expect(upstream.opened - opened).toBeLessThanOrEqual(1);
});

test('requests that come byte by byte are read the same', async () => {
  let seen = '';
  onData = (request) => {
    seen = request.text;
    if (!seen.endsWith('0\r\nX-Sum: 1\r\n\r\n')) return;
    request.text = '';
    request.socket.write(sized('ok'));
  };
  const client = await open();
  const text = `${head('POST /raw/x HTTP/1.1', 'Transfer-Encoding: chunked')}5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`;
  for (const byte of text) client.send(byte);
  await expectSeen(client, '200 OK');
  const [, ...chunks] = seen.split('\r\n\r\n');
  // Sizes may differ, as each piece is sent on when it comes; extensions are dropped.
  expect(chunks.join('').replaceAll(/1\r\n(.)\r\n/g, '$1')).not.toContain('a=b');
  expect(seen).toContain('0\r\nX-Sum: 1\r\n\r\n');
});

test('trailers pass both ways, and those that frame or pass for ours do not', async () => {
  let seen = '';
  onData = (request) => {
    seen = request.text;
    if (!seen.endsWith('\r\n\r\n') || !seen.includes('\r\n0\r\n')) return;
    request.text = '';
    request.socket.write(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\nContent-Length: 9\r\nX-Quota-Used: 7\r\n\r\n',
    );
  };
  const client = await open();
  client.send(head('POST /raw/x HTTP/1.1', 'Transfer-Encoding: chunked'));
  client.send('2\r\nhi\r\n0\r\nX-Sum: 1\r\nX_User_Id: evil\r\nHost: evil\r\nX-API-Key: k\r\n\r\n');
  await expectSeen(client, 'X-Sum: 2\r\n\r\n');
  expect(seen).toMatch(/\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n$/);
  expect(client.text).toMatch(/\r\n2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n$/);
});

test('interim answers reach HTTP/1.1 clients, and no others', async () => {
  onData = answerEach((_head, socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: x\r\n\r\n');
    socket.write(`HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${sized('ok')}`);
  });
  const client = await open();
  client.send(get());
  await expectSeen(client, 'ok');
  expect(client.text).toMatch(
    /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
  );
  const old = await open();
  old.send(head('GET /raw/x HTTP/1.0'));
  await expectSeen(old, 'ok');
  expect(old.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

test('an expectation waits for the 100 of the upstream, and the body then passes', async () => {
  const { promise: mayContinue, resolve: goOn } = Promise.withResolvers<void>();
  let seen = '';
  onData = (request) => {
    seen = request.text;
    if (seen.startsWith('POST') && seen.endsWith('\r\n\r\n')) {
      void mayContinue.then(() => request.socket.write('HTTP/1.1 100 Continue\r\n\r\n'));
    } else {
      request.text = '';
      request.socket.write(sized('ok'));
    }
  };
  const client = await open();
  client.send(head('POST /raw/x HTTP/1.1', 'Content-Length: 2', 'Expect: 100-continue'));
  await waitUntil('the head arrived', () => seen.includes('Expect: 100-continue\r\n'));
  expect(client.text).toBe('');
  goOn();
  await expectSeen(client, 'HTTP/1.1 100 Continue\r\n\r\n');
  client.send('hi');
  await expectSeen(client, 'ok');
  expect(seen.endsWith('\r\n\r\nhi')).toBe(true);
  client.send(get());
  await waitUntil('the connection goes on', () => client.text.split('200 OK').length === 3);
});

test('an answer instead of the 100 passes, and neither connection is used again', async () => {
  onData = answerEach((_head, socket) => {
    socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
  });
  const client = await open();
  client.send(head('POST /raw/x HTTP/1.1', 'Content-Length: 9', 'Expect: 100-continue'));
  await expectSeen(client, '413 Too Large');
  expect(client.text).toContain('\r\nConnection: close\r\n');
  await waitUntil('it is ended', () => client.hasEnded);
  await waitUntil('the upstream connection is closed', () => upstream.connections === 0);
});

test('HEAD, 204 and 304 end with their head, and the connection goes on', async () => {
  onData = answerEach((request, socket) => {
    if (request.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n');
    else if (request.includes('/204')) socket.write('HTTP/1.1 204 No Content\r\n\r\n');
    else if (request.includes('/304')) {
      socket.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 42\r\n\r\n');
    } else socket.write(sized('last'));
  });
  const client = await open();
  client.send(head('HEAD /raw/x HTTP/1.1') + head('GET /raw/204 HTTP/1.1'));
  client.send(head('GET /raw/304 HTTP/1.1') + get());
  await expectSeen(client, /last$/);
  const statuses = [...client.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual(['200', '204', '304', '200']);
  expect(client.text.match(/Content-Length: 42/g)).toHaveLength(2);
});

test('a body that ends with the connection is chunked for HTTP/1.1 and closed for HTTP/1.0', async () => {
  onData = answerEach((_head, socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nbody'));
  const client = await open();
  client.send(get());
  await expectSeen(client, /Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n$/);
  expect(client.hasEnded).toBe(false);
  const old = await open();
  old.send(head('GET /raw/x HTTP/1.0', 'Connection: keep-alive'));
  await waitUntil('it is closed', () => old.hasEnded);
  expect(old.text).toMatch(/Connection: close\r\n\r\nbody$/);
});

test('HTTP/1.0 keeps a connection only when it asks, and then it is told so', async () => {
  onData = answerEach((_head, socket) => void socket.write(sized('ok')));
  const keeping = await open();
  keeping.send(head('GET /raw/x HTTP/1.0', 'Connection: keep-alive'));
  await expectSeen(keeping, 'Connection: keep-alive\r\n');
  keeping.send(head('GET /raw/x HTTP/1.0'));
  await waitUntil('it is closed', () => keeping.hasEnded);
  expect(keeping.text.match(/200 OK/g)).toHaveLength(2);
});

test('the rest of a body whose answer came early is dropped, and the connection goes on', async () => {
  onData = (request) => {
    if (request.text.startsWith('POST')) {
      request.text = '';
      request.socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\ntoo');
    } else if (request.text.startsWith('GET')) {
      request.text = '';
      request.socket.write(sized('next'));
    }
  };
  const client = await open();
  client.send(head('POST /raw/x HTTP/1.1', 'Content-Length: 100000') + 'x'.repeat(50_000));
  await expectSeen(client, 'too');
  expect(client.text).not.toContain('Connection: close');
  client.send('x'.repeat(50_000) + get());
  await expectSeen(client, 'next');
});

test('a client that goes on with an unwanted body past the bounds is closed', async () => {
  onData = (request) => {
    if (!request.text.startsWith('POST')) return;
    request.text = '';
    request.socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\ntoo');
  };
  const client = await open();
  client.send(head('POST /raw/x HTTP/1.1', 'Content-Length: 1000000000'));
  await expectSeen(client, 'too');
  const more = setInterval(() => client.send(Buffer.alloc(256 * 1024)), 5);
  await waitUntil('it is closed', () => client.hasEnded || client.isClosed);
  clearInterval(more);
});

test('a client that has ended its side still gets a quick answer', async () => {
  onData = answerEach((_head, socket) => void socket.write(sized('late')));
  const client = await open();
  client.socket.end(get() + get(), 'latin1');
  await waitUntil('it is closed', () => client.hasEnded);
  expect(client.text.match(/late/g)).toHaveLength(2);
});

test('2,000 refusals to requests sent ahead come in order', async () => {
  const client = await open();
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2_000));
  await waitUntil('all are answered', () => client.text.match(/HTTP\/1\.1 401/g)?.length === 2_000);
  expect(client.hasEnded).toBe(false);
});

test('nothing that an upstream sends unasked reaches anybody', async () => {
  onData = answerEach((request, socket) => {
    if (request.includes('/surplus'))
      socket.write(`${sized('mine')}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`);
    else if (request.includes('/later')) {
      socket.write(sized('mine'));
      setImmediate(() => socket.write(sized('evil')));
    } else socket.write(sized('good'));
  });
  for (const path of ['/raw/surplus', '/raw/later']) {
    const client = await open();
    client.send(head(`GET ${path} HTTP/1.1`));
    await expectSeen(client, 'mine');
    await waitUntil('the connection is given up', () => upstream.connections === 0);
    client.send(get());
    await expectSeen(client, /good$/);
    expect(client.text).not.toContain('evil');
  }
});

test.each([
  ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a CR in a value', 'HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n'],
  ['a space before a colon', 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
  ['the same length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n'],
  ['chunks of HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a flood of interim answers', 'HTTP/1.1 102 P\r\n\r\n'.repeat(40)],
  ['an interim answer with a body', 'HTTP/1.0 103 E\r\nContent-Length: 3\r\n\r\nabc'],
  ['nothing', ''],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-'],
  ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
  ['a head of 70 KB', `HTTP/1.1 200 OK\r\n${`X: ${'a'.repeat(1_000)}\r\n`.repeat(70)}\r\n`],
])(
  'an upstream that answers with %s is 502, and its connection is given up',
  async (_what, bytes) => {
    onData = answerEach((_head, socket) => {
      if (bytes.startsWith('HTTP/1.1 200 OK\r\nContent-') && bytes.length < 30) socket.end(bytes);
      else if (bytes === '') socket.destroy();
      else socket.write(bytes, 'latin1');
    });
    const client = await open();
    client.send(head('POST /raw/x HTTP/1.1'));
    await expectSeen(client, '"code":"upstream_unreachable"');
    await waitUntil('the connection is given up', () => upstream.connections === 0);
  },
);

test.each([
  ['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n'],
  ['an early end', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'],
])('an answer that breaks with %s breaks off the client', async (_what, bytes) => {
  onData = answerEach((_head, socket) => void socket.end(bytes));
  const client = await open();
  client.send(get());
  await waitUntil('it is closed', () => client.hasEnded || client.isClosed);
  expect(client.text).not.toMatch(/0\r\n\r\n$/);
  expect(client.text).toContain('200 OK');
});

test('a POST over a kept connection that breaks is not sent again, a GET once', async () => {
  let requests = 0;
  let dies = false;
  onData = answerEach((_head, socket) => {
    requests += 1;
    if (dies) socket.destroy();
    else socket.write(sized('ok'));
  });
  const client = await open();
  client.send(get());
  await expectSeen(client, 'ok');
  dies = true;
  requests = 0;
  client.send(head('POST /raw/x HTTP/1.1'));
  await expectSeen(client, '"code":"upstream_unreachable"');
  expect(requests).toBe(1);
  dies = false;
  client.send(get());
  await expectSeen(client, /ok$/);
  dies = true;
  requests = 0;
  client.send(get());
  await waitUntil('it is 502', () => client.text.match(/HTTP\/1\.1 502/g)?.length === 2);
  expect(requests).toBe(2);
});
