import { expect, test } from 'vitest';
import { headersToClient, headersToUpstream, isReserved } from './headers.ts';

const rules = { connection: null, te: null, isAuthorizationOurs: true, authHeader: null };

function toClient(pairs: string[], rule = { status: 200, tellsLimits: true }, ours: string[] = []) {
  return headersToClient(
    pairs.map((part) => Buffer.from(part, 'latin1')),
    rule,
    ours,
  );
}

test.each([
  'x-user-id',
  'x_user_id',
  'x-user_id',
  'x.user.id',
  'x~user!id',
  'x-user-meta-company',
  'x-user-email',
  'x-user',
  'x-plan-id',
  'x_plan_id',
  'x-key-id',
  'x_key_id',
  'x-apigate-anything',
  'x_apigate_anything',
  'x-request-id',
  'x_request_id',
  'x-api-key',
  'x_api_key',
  'x-forwarded-for',
  'x_forwarded_for',
  'x-forwarded-anything',
  'x-real-ip',
  'forwarded',
])('knows %s as reserved', (name) => {
  expect(isReserved(name)).toBe(true);
});

test.each([
  'x-username',
  'x-users',
  'x-keyboard',
  'x-plans',
  'user-id',
  'x-requested-with',
  'from',
  'x-custom',
])('lets %s pass', (name) => {
  expect(isReserved(name)).toBe(false);
});

test('drops what belongs to the connection, and what Connection lists', () => {
  const raw = [
    'Connection',
    'keep-alive, X-Hop',
    'X-Hop',
    '1',
    'Keep-Alive',
    'x',
    'TE',
    'gzip',
    'Trailer',
    'a',
  ];
  raw.push(
    'Transfer-Encoding',
    'chunked',
    'Upgrade',
    'h2c',
    'Proxy-Authorization',
    'x',
    'X-End',
    '2',
  );
  const connection = 'keep-alive, X-Hop';
  expect(headersToUpstream(raw, { ...rules, connection }, [])).toEqual(['X-End', '2']);
  expect(toClient(raw)).toEqual(['X-End', '2']);
});

test('a client cannot have the length of its body dropped', () => {
  const raw = ['Content-Length', '5'];
  expect(headersToUpstream(raw, { ...rules, connection: 'content-length' }, [])).toEqual(raw);
});

test('keeps order, spelling and repetition of everything else', () => {
  const raw = ['ACCEPT', 'a', 'X-Two', '1', 'x-two', '2', 'Cookie', 'é'];
  expect(headersToUpstream(raw, rules, ['X-Ours', 'o'])).toEqual([...raw, 'X-Ours', 'o']);
  expect(toClient(['Set-Cookie', 'a=1', 'set-cookie', 'b=é'])).toEqual([
    'Set-Cookie',
    'a=1',
    'set-cookie',
    'b=é',
  ]);
});

test('drops the credential, and an Authorization that was for us alone', () => {
  const raw = ['X-API-Key', 'k', 'x_api_key', 'k', 'Authorization', 'Bearer k', 'Host', 'h'];
  expect(headersToUpstream(raw, rules, [])).toEqual([]);
  const left = ['Authorization', 'Bearer k'];
  expect(headersToUpstream(raw, { ...rules, isAuthorizationOurs: false }, [])).toEqual(left);
});

test("puts the upstream's own authentication in place of the client's", () => {
  const authHeader = { name: 'X-Internal-Token', value: 'secret' };
  const raw = ['x-internal-token', 'forged', 'X-A', '1'];
  const sent = ['X-A', '1', 'X-Internal-Token', 'secret'];
  expect(headersToUpstream(raw, { ...rules, authHeader }, [])).toEqual(sent);
});

test('tells the upstream that trailers are welcome only when they are', () => {
  expect(headersToUpstream([], { ...rules, te: 'gzip;q=1, trailers' }, [])).toEqual([
    'TE',
    'trailers',
  ]);
  expect(headersToUpstream([], { ...rules, te: 'gzip' }, [])).toEqual([]);
});

test("puts our limits and request id in place of the upstream's", () => {
  const raw = [
    'X-RateLimit-Limit',
    '1',
    'ratelimit',
    'x',
    'RateLimit-Policy',
    'y',
    'X-Quota-Used',
    '1',
    'X-Request-Id',
    'z',
  ];
  expect(toClient(raw, { status: 200, tellsLimits: true }, ['X-Request-Id', 'ours'])).toEqual([
    'X-Request-Id',
    'ours',
  ]);
  expect(toClient(raw, { status: 200, tellsLimits: false })).toHaveLength(8);
});

test('sends no length with 204', () => {
  expect(toClient(['Content-Length', '0'], { status: 204, tellsLimits: true })).toEqual([]);
});
