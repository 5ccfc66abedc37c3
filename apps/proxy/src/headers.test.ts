import { expect, test } from 'vitest';
import { linesToClient, linesToUpstream, trailerLines } from './headers.ts';
import { parseAnswerHead, parseRequestHead } from './http/parse-head.ts';
import { parseFields } from './http/parse-fields.ts';

const rules = { isAuthorizationOurs: true, replacedName: null };

function toUpstream(
  lines: string[],
  rule: Parameters<typeof linesToUpstream>[1] = rules,
): string[] {
  const head = parseRequestHead(['GET / HTTP/1.1', ...lines, '', ''].join('\r\n'));
  if (typeof head === 'string') throw new Error(head);
  return linesToUpstream(head, rule).split('\r\n').slice(0, -1);
}

function toClient(lines: string[], { status = 200, tellsLimits = true } = {}): string[] {
  const head = parseAnswerHead([`HTTP/1.1 ${status} OK`, ...lines, '', ''].join('\r\n'), false);
  if (head === null) throw new Error('no answer');
  return linesToClient(head, tellsLimits, false).split('\r\n').slice(0, -1);
}

test('drops what belongs to the connection, and what Connection lists', () => {
  const lines = ['Connection: keep-alive, X-Hop', 'X-Hop: 1', 'Keep-Alive: x', 'TE: gzip'];
  lines.push('Trailer: a', 'Upgrade: h2c', 'Proxy-Authorization: x', 'X-End: 2');
  expect(toUpstream(lines)).toEqual(['X-End: 2']);
  expect(toClient(lines)).toEqual(['X-End: 2']);
});

test('a client cannot have the length of its body dropped', () => {
  const lines = ['Connection: content-length', 'Content-Length: 5'];
  expect(toUpstream(lines)).toEqual(['Content-Length: 5']);
});

test('writes a length in its shortest form', () => {
  expect(toUpstream(['Content-Length: 005'])).toEqual(['Content-Length: 5']);
  expect(toClient(['Content-Length: 005'])).toEqual(['Content-Length: 5']);
});

test('writes every line in one form, however it came', () => {
  const lines = [
    'A:1',
    'B:  2',
    'C: 3',
    'D:\t4 ',
    'E: 5',
    'F:',
    'G: ',
    'Content-Length: 0',
    'H: 6',
  ];
  const same = ['A: 1', 'B: 2', 'C: 3', 'D: 4', 'E: 5', 'F: ', 'G: ', 'Content-Length: 0', 'H: 6'];
  expect(toUpstream(lines)).toEqual(same);
  expect(toClient(lines)).toEqual(same);
});

test('takes nothing along of what stands between lines that cross', () => {
  const lines = ['A: 1', 'B: 2', 'X-API-Key: k', 'C: 3', 'Keep-Alive: x', 'Host: h', 'D: 4'];
  expect(toUpstream(lines)).toEqual(['A: 1', 'B: 2', 'C: 3', 'D: 4']);
});

test('keeps order, spelling and repetition of everything else', () => {
  const lines = ['ACCEPT: a', 'X-Two: 1', 'x-two: 2', 'Cookie: \xe9', 'traceparent: 00-1-2-01'];
  expect(toUpstream(lines)).toEqual(lines);
  expect(toClient(['Set-Cookie: a=1', 'set-cookie: b=\xe9'])).toEqual([
    'Set-Cookie: a=1',
    'set-cookie: b=\xe9',
  ]);
});

test('drops the credential, and an Authorization that was for us alone', () => {
  const lines = ['X-API-Key: k', 'x_api_key: k', 'Authorization: Bearer k', 'Host: h'];
  expect(toUpstream(lines)).toEqual([]);
  const left = ['Authorization: Bearer k'];
  expect(toUpstream(lines, { ...rules, isAuthorizationOurs: false })).toEqual(left);
});

test("drops the client's field of a name that the upstream's own credential has", () => {
  const lines = ['x-internal-token: forged', 'X-A: 1'];
  expect(toUpstream(lines, { ...rules, replacedName: 'x-internal-token' })).toEqual(['X-A: 1']);
});

test('tells the upstream that trailers are welcome only when they are', () => {
  expect(toUpstream(['TE: gzip;q=1, trailers'])).toEqual(['TE: trailers', 'Connection: TE']);
  expect(toUpstream(['TE: gzip'])).toEqual([]);
});

test('passes the expectation of HTTP/1.1 on', () => {
  expect(toUpstream(['Expect: 100-continue'])).toEqual(['Expect: 100-continue']);
});

test('passes an upgrade on only when it is the handshake of a WebSocket', () => {
  const handshake = ['Connection: keep-alive, Upgrade', 'Upgrade: websocket'];
  expect(toUpstream(handshake)).toEqual([]);
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
  expect(toUpstream([...handshake, key])).toEqual([key, ...upgrade]);
  expect(toUpstream(['Connection: Upgrade', 'Upgrade: h2c', key])).toEqual([key]);
});

test("puts our limits and request id in place of the upstream's", () => {
  const lines = ['X-RateLimit-Limit: 1', 'ratelimit: x', 'RateLimit-Policy: y', 'X-Quota-Used: 1'];
  expect(toClient([...lines, 'X-Request-Id: z'])).toEqual([]);
  expect(toClient([...lines, 'X-Request-Id: z'], { tellsLimits: false })).toEqual(lines);
});

test('sends no length with 204', () => {
  expect(toClient(['Content-Length: 0'], { status: 204 })).toEqual([]);
});

test('passes trailers on, but none that frame, route, authenticate or pass for ours', () => {
  const never = ['Content-Length', 'Transfer-Encoding', 'Host', 'Authorization', 'Cookie'];
  const ours = ['X-User-Id', 'x_user_id', 'X-Forwarded-For', 'X-API-Key', 'X-Quota-Used'];
  const lines = ['X-Checksum', ...never, ...ours].map((name) => `${name}: 1\r\n`);
  const text = `${lines.join('')}\r\n`;
  const fields = parseFields(text, Buffer.from(text, 'latin1'), 0, 100);
  if (typeof fields === 'string') throw new Error(fields);
  expect(trailerLines(fields)).toBe('X-Checksum: 1\r\n');
  expect(trailerLines(null)).toBe('');
});
