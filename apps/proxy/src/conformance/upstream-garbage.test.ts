import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../testing/seeded-random.ts';
import {
  startRawUpstream,
  sendBytes,
  type RawConnection,
  type RawUpstream,
} from '../testing/raw-upstream.ts';
import { RawClient, type ClientAnswer } from '../testing/raw-client.ts';
import { insertUpstream } from '../testing/records.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';
import { waitUntil } from '../testing/wait-until.ts';

let upstream: RawUpstream;
let gateway: Gateway;
let plain: RawUpstream['answer'];
/** Less than a connection stays open for the next request. */
const discardedMs = 2_000;
/** The connection that garbage came by. */
let bad: RawConnection | undefined;

beforeAll(async () => {
  upstream = await startRawUpstream();
  plain = upstream.answer;
  gateway = await startGateway({ route: { auth_required: false } });
  const id = await insertUpstream(gateway.db, upstream.url, { response_timeout_ms: 1_500 });
  await gateway.db.query('update routes set upstream_id = $1', [id]);
  await gateway.heard();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

afterEach(() => {
  upstream.answer = plain;
});

const ok = 'HTTP/1.1 200 OK\r\n';
const hello = 'Content-Length: 5\r\n\r\nhello';
const chunkedHead = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

function get(target: string, method = 'GET', body = ''): string {
  const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
  return `${method} ${target} HTTP/1.1\r\nHost: api.example.com\r\n${length}\r\n${body}`;
}

async function ask(target: string, method = 'GET'): Promise<ClientAnswer | null> {
  using client = new RawClient(gateway.port);
  return await client.request(get(target, method));
}

/** Answers one request with bytes, then whatever comes behind it plainly again. */
function answerOnceWith(bytes: string, then: 'wait' | 'end' | 'reset' = 'wait'): void {
  upstream.answer = (_request, connection) => {
    upstream.answer = plain;
    bad = connection;
    const { socket } = connection;
    sendBytes(socket, bytes);
    if (then === 'end') socket.end();
    if (then === 'reset') setImmediate(() => socket.resetAndDestroy());
  };
}

/** What the bad connection must have come to: closed, and the next client served by another one. */
async function expectDiscarded(): Promise<void> {
  await waitUntil('the connection is closed', () => bad?.socket.closed === true, discardedMs);
  const requests = bad?.requests;
  expect(await ask('/after')).toMatchObject({ status: 200, body: '/after', isWhole: true });
  expect(bad?.requests).toBe(requests);
}

const header = (line: string): string => `${ok}${line}\r\n${hello}`;

test.each([
  ['a length and chunks', header('Transfer-Encoding: chunked')],
  ['chunks and a length', `${ok}Transfer-Encoding: chunked\r\n${hello}`],
  ['two lengths', header('Content-Length: 6')],
  ['a length twice', header('Content-Length: 5')],
  ['a list of lengths', `${ok}Content-Length: 5, 5\r\n\r\nhello`],
  ['a signed length', `${ok}Content-Length: +5\r\n\r\nhello`],
  ['a negative length', `${ok}Content-Length: -5\r\n\r\nhello`],
  ['a hexadecimal length', `${ok}Content-Length: 0x5\r\n\r\nhello`],
  ['an empty length', `${ok}Content-Length: \r\n\r\nhello`],
  ['an endless length', `${ok}Content-Length: 99999999999999999999\r\n\r\nhello`],
  ['a length with more', `${ok}Content-Length: 5x\r\n\r\nhello`],
  ['another coding', `${ok}Transfer-Encoding: gzip\r\n\r\nhello`],
  ['a coding in front of chunked', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['chunked twice', `${ok}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  ['a coding that is none', `${ok}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['an unasked switch of protocols', `HTTP/1.1 101 Switching Protocols\r\n\r\n${ok}${hello}`],
  ['an unasked websocket', 'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nx'],
  [
    'a head of 100 KB',
    header(Array.from({ length: 100 }, (_, at) => `X-${at}: ${'a'.repeat(1_000)}`).join('\r\n')),
  ],
  ['a header of 100 KB', header(`X-A: ${'a'.repeat(100_000)}`)],
  ['10,000 headers', header(Array.from({ length: 10_000 }, (_, at) => `X-${at}: 1`).join('\r\n'))],
  ['a NUL in a value', header('X-A: b\0c')],
  ['a CR in a value', header('X-A: b\rSet-Cookie: c')],
  ['an LF in a value', header('X-A: b\nSet-Cookie: c')],
  ['lines that end with LF', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'],
  ['a folded header', header('X-A: b\r\n c')],
  ['a space before the colon', header('X-A : b')],
  ['a header without colon', header('X-A')],
  ['a header without name', header(': b')],
  ['a byte that no name has', header('X-\xe4: b')],
  ['a NUL in a name', header('X-\0A: b')],
  ['a status of four digits', `HTTP/1.1 2000 OK\r\n${hello}`],
  ['a status of two digits', `HTTP/1.1 20 OK\r\n${hello}`],
  ['a status below 100', `HTTP/1.1 099 OK\r\n${hello}`],
  ['a status of letters', `HTTP/1.1 abc OK\r\n${hello}`],
  ['a NUL in the reason', `HTTP/1.1 200 O\0K\r\n${hello}`],
  ['a CR in the reason', `HTTP/1.1 200 O\rK\r\n${hello}`],
  ['HTTP/2.0', `HTTP/2.0 200 OK\r\n${hello}`],
  ['HTTP/0.9', '<html>hello</html>\r\n\r\n'],
  ['another protocol', `ICY 200 OK\r\n${hello}`],
  ['small letters', `http/1.1 200 OK\r\n${hello}`],
  ['two spaces', `HTTP/1.1  200 OK\r\n${hello}`],
  ['a request', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
])('an answer with %s is 502, and its connection is not used again', async (_what, bytes) => {
  answerOnceWith(bytes);
  const answer = await ask('/first');
  expect(answer).toMatchObject({ status: 502, isWhole: true });
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'upstream_unreachable' });
  await expectDiscarded();
});

test.each([
  ['nothing at all', '', 'end'],
  ['a reset', '', 'reset'],
  ['half a status line', 'HTTP/1.1 2', 'end'],
  ['half a head', `${ok}X-A: b\r\n`, 'end'],
  ['half a head and a reset', `${ok}X-A: b\r\n`, 'reset'],
  ['an interim answer only', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', 'end'],
] as const)('%s instead of an answer is 502', async (_what, bytes, then) => {
  upstream.answer = (_request, connection) => {
    bad = connection;
    const { socket } = connection;
    sendBytes(socket, bytes);
    if (then === 'end') socket.end();
    else setImmediate(() => socket.resetAndDestroy());
  };
  expect(await ask('/first', 'POST')).toMatchObject({ status: 502, isWhole: true });
  upstream.answer = plain;
  await expectDiscarded();
});

test.each([
  ['a sized body that ends early', `${ok}Content-Length: 10\r\n\r\nhello`, 'end'],
  ['a sized body that is reset', `${ok}Content-Length: 10\r\n\r\nhello`, 'reset'],
  ['a body without a length that is reset', `${ok}\r\nhello`, 'reset'],
  ['chunks without an end', `${chunkedHead}5\r\nhello\r\n`, 'end'],
  ['chunks that are reset', `${chunkedHead}5\r\nhello\r\n`, 'reset'],
  ['a chunk that ends early', `${chunkedHead}a\r\nhello`, 'end'],
  ['a last chunk without an end', `${chunkedHead}5\r\nhello\r\n0\r\n`, 'end'],
  ['a size that is none', `${chunkedHead}5\r\nhello\r\nzz\r\n`, 'wait'],
  ['a negative size', `${chunkedHead}5\r\nhello\r\n-1\r\n`, 'wait'],
  ['a size with 0x', `${chunkedHead}0x5\r\nhello\r\n0\r\n\r\n`, 'wait'],
  ['a size with a space in front', `${chunkedHead} 5\r\nhello\r\n0\r\n\r\n`, 'wait'],
  ['an endless size', `${chunkedHead}fffffffffffffffff\r\nhello\r\n0\r\n\r\n`, 'wait'],
  ['a size line that ends with LF', `${chunkedHead}5\nhello\r\n0\r\n\r\n`, 'wait'],
  ['a chunk longer than it says', `${chunkedHead}5\r\nhelloX\r\n0\r\n\r\n`, 'wait'],
  ['a chunk that ends with LF', `${chunkedHead}5\r\nhello\n0\r\n\r\n`, 'wait'],
  ['an LF in an extension', `${chunkedHead}5;a\nb\r\nhello\r\n0\r\n\r\n`, 'wait'],
  [
    'an extension of 100 KB',
    `${chunkedHead}5;${'a'.repeat(100_000)}\r\nhello\r\n0\r\n\r\n`,
    'wait',
  ],
  [
    'trailers of 100 KB',
    `${chunkedHead}5\r\nhello\r\n0\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`,
    'wait',
  ],
  ['a trailer that is none', `${chunkedHead}5\r\nhello\r\n0\r\nX-A\r\n\r\n`, 'wait'],
] as const)('%s never looks whole to the client', async (_what, bytes, then) => {
  answerOnceWith(bytes, then);
  const answer = await ask('/first');
  if (answer?.status !== 502) expect(answer?.isWhole ?? false).toBe(false);
  await expectDiscarded();
});

test.each([
  ['bytes behind a sized body', 'GET', `${ok}${hello}EXTRA`, 'hello'],
  [
    'an answer behind a sized body',
    'GET',
    `${ok}${hello}${ok}Content-Length: 6\r\n\r\nPOISON`,
    'hello',
  ],
  ['an answer behind chunks', 'GET', `${chunkedHead}5\r\nhello\r\n0\r\n\r\n${ok}${hello}`, 'hello'],
  [
    'an interim answer behind the answer',
    'GET',
    `${ok}${hello}HTTP/1.1 100 Continue\r\n\r\n`,
    'hello',
  ],
  ['a line end behind the answer', 'GET', `${ok}${hello}\r\n`, 'hello'],
  ['a body for a HEAD', 'HEAD', `${ok}${hello}`, ''],
  ['a body behind 204', 'GET', 'HTTP/1.1 204 No Content\r\n\r\nhello', ''],
  ['a body behind 304', 'GET', `HTTP/1.1 304 Not Modified\r\n${hello}`, ''],
])(
  '%s reaches nobody, and the connection is not used again',
  async (_what, method, bytes, body) => {
    answerOnceWith(bytes);
    const answer = await ask('/first', method);
    if (answer?.status !== 502) expect(answer).toMatchObject({ body, isWhole: true });
    await expectDiscarded();
  },
);

test('an answer on an idle connection that nobody has asked for reaches nobody', async () => {
  expect(await ask('/first')).toMatchObject({ body: '/first' });
  bad = upstream.connections.findLast(({ socket }) => !socket.closed);
  if (bad === undefined) throw new Error('there must be a connection');
  sendBytes(bad.socket, `${ok}Content-Length: 6\r\n\r\nPOISON`);
  await expectDiscarded();
});

test('an endless flood of interim answers ends in 502 and does not fill the memory', async () => {
  let isOver = false;
  upstream.answer = (_request, connection) => {
    upstream.answer = plain;
    bad = connection;
    const { socket } = connection;
    const flood = 'HTTP/1.1 102 Processing\r\nX-A: b\r\n\r\n'.repeat(1_000);
    const pour = (): void => {
      while (!isOver && socket.writable && socket.write(flood)) {
        // as long as there is room
      }
    };
    socket.on('drain', pour);
    pour();
  };
  const before = process.memoryUsage.rss();
  const answer = await ask('/first');
  isOver = true;
  expect(answer === null || answer.status === 502 || !answer.isWhole).toBe(true);
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  await expectDiscarded();
});

const misdeeds: readonly ((tag: string) => [bytes: string, then: 'wait' | 'end' | 'reset'])[] = [
  (tag) => [`${answerFor(tag)}EXTRA`, 'wait'],
  (tag) => [`${answerFor(tag)}${answerFor('/poison')}`, 'wait'],
  (tag) => [`${answerFor(tag)}${answerFor(tag)}${answerFor(tag)}`, 'wait'],
  (tag) => [`${ok}Content-Length: 99\r\n\r\n${tag}`, 'end'],
  (tag) => [`${ok}Content-Length: 99\r\n\r\n${tag}`, 'reset'],
  (tag) => [`${chunkedHead}${tag.length.toString(16)}\r\n${tag}\r\nzz\r\n`, 'wait'],
  (tag) => [`${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\n${tag}`, 'wait'],
  (tag) => [`${ok}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${tag}`, 'wait'],
  (tag) => [`HTTP/1.1 103 Early Hints\r\n\r\n${answerFor(tag)}`, 'wait'],
  (tag) => [`HTTP/1.1 101 Switching Protocols\r\n\r\n${answerFor(tag)}`, 'wait'],
  () => ['', 'reset'],
  () => ['garbage', 'end'],
  (tag) => [`HTTP/1.1 204 No Content\r\n\r\n${answerFor(tag)}`, 'wait'],
];

function answerFor(tag: string): string {
  return `${ok}Content-Length: ${tag.length}\r\n\r\n${tag}`;
}

test(
  'two clients get none of each other’s answers in 10,000 requests to an upstream that misbehaves',
  { timeout: 60_000 },
  async () => {
    const random = seededRandom(7);
    const counts = { whole: 0, refused: 0, cut: 0, swapped: 0 };
    upstream.answer = ({ target }, { socket }) => {
      const misdeed = random() < 0.1 ? misdeeds[Math.floor(random() * misdeeds.length)] : undefined;
      const [bytes, then] = misdeed?.(target) ?? [answerFor(target), 'wait'];
      const cut = random() < 0.2 ? Math.floor(random() * bytes.length) : 0;
      sendBytes(socket, bytes.slice(0, cut));
      const finish = (): void => {
        sendBytes(socket, bytes.slice(cut));
        if (then === 'end') socket.end();
        if (then === 'reset') setImmediate(() => socket.resetAndDestroy());
      };
      if (cut > 0) setImmediate(finish);
      else finish();
    };
    const requestsEach = 1_250;
    const run = async (client: string): Promise<void> => {
      using raw = new RawClient(gateway.port);
      for (let at = 0; at < requestsEach; at += 1) {
        const target = `/${client}/${at}`;
        const method = ['GET', 'POST', 'PUT'][at % 3];
        const answer = await raw.request(get(target, method, method === 'GET' ? '' : 'body'));
        if (answer === null || (!answer.isWhole && target.startsWith(answer.body))) counts.cut += 1;
        else if (answer.status === 502) counts.refused += 1;
        else if (answer.status === 204 && answer.body === '') counts.whole += 1;
        else if (answer.body === target && answer.isWhole) counts.whole += 1;
        else counts.swapped += 1;
      }
    };
    await Promise.all(
      ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'].map((tag, at) => run(`${tag}${at}`)),
    );
    process.stdout.write(`10,000 requests of two clients: ${JSON.stringify(counts)}\n`);
    expect(counts.swapped).toBe(0);
    expect(counts.whole).toBeGreaterThan(8_000);
  },
);
