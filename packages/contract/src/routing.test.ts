import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRouteInput, createUpstreamInput, pathPattern, upstreamUrl } from './routing.ts';

test.each([
  ['http://localhost:3000', 'http://localhost:3000'],
  ['HTTPS://API.Example.com/', 'https://api.example.com'],
  ['https://api.example.com/v1/', 'https://api.example.com/v1'],
  ['https://api.example.com:443/v1', 'https://api.example.com/v1'],
  ['http://[::1]:8080/a%20b', 'http://[::1]:8080/a%20b'],
  ['https://api.example.com/?', 'https://api.example.com'],
  ['https://api.example.com/v1#', 'https://api.example.com/v1'],
])('reads the upstream URL %j as %j', (given, kept) => {
  expect(upstreamUrl.parse(given)).toBe(kept);
});

test.each([
  '',
  'api.example.com',
  '/v1',
  'ftp://example.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://',
  'http://user@example.com',
  'http://user:secret@example.com',
  'http://@example.com',
  'http://example.com@169.254.169.254',
  'http://example.com\\@169.254.169.254',
  'http:example.com',
  'http:/example.com',
  'http:\\\\example.com',
  'http:///example.com',
  'http://exa\tmple.com',
  'http://example.com\r\nX-A: b',
  'http://example.com/a\nb',
  'http://example.com/a b',
  'http://example.com\0.a.test',
  'http://example.com:0',
  'http://example.com:65536',
  'http://example.com:80:81',
  'http://[fe80::1%25eth0]',
  'http://[::1',
  'http://1.2.3.4.5',
  'http://256.1.1.1',
  'unix:/run/api.sock',
  'http+unix://%2Frun%2Fapi.sock',
  'gopher://example.com',
  'https://example.com/a?b=http://169.254.169.254',
  'http://example.com?x=1',
  'http://example.com#x',
  `http://example.com/${'x'.repeat(2048)}`,
  ['http://example.com'],
])('refuses the upstream URL %j', (given) => {
  expect(upstreamUrl.safeParse(given).success).toBe(false);
});

test('keeps nothing of an upstream URL that would swallow the path put behind it', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (given) => {
      const parsed = upstreamUrl.safeParse(given);
      return !parsed.success || new URL(`${parsed.data}/probe`).pathname.endsWith('/probe');
    }),
  );
});

test.each(['/', '/*', '/v1', '/v1/', '/v1/*', '/v1/users:batch', '/a.b/~c/*', "/it's/(x)"])(
  'accepts the path pattern %j',
  (given) => {
    expect(pathPattern.parse(given)).toBe(given);
  },
);

test.each([
  '',
  'v1',
  '*',
  '/v1*',
  '/*/v1',
  '/v1/**',
  '/v1?x=1',
  '/v1#x',
  '//v1',
  '/v1//x',
  '/v1/../admin',
  '/v1/..',
  '/./v1',
  '/%2e%2e/x',
  '/v1 /x',
  '/v1\n',
  '/ü',
  '/_apigate',
  '/_apigate/healthz',
  '/_APIGATE/*',
  `/${'x'.repeat(512)}`,
])('refuses the path pattern %j', (given) => {
  expect(pathPattern.safeParse(given.endsWith('\n') ? `${given}x` : given).success).toBe(false);
});

test('gives a route and an upstream their defaults', () => {
  expect(createRouteInput.parse({ name: 'all', path: '/*', upstream: 'api' })).toEqual({
    name: 'all',
    path: '/*',
    upstream: 'api',
    methods: [],
    host: null,
    rewrite: null,
    requiredScopes: [],
    authRequired: true,
    priority: 0,
    enabled: true,
    cost: 1,
    rateLimitPerMinute: null,
  });
  expect(createUpstreamInput.parse({ name: 'api', url: 'http://a.test' })).toEqual({
    name: 'api',
    url: 'http://a.test',
    connectTimeoutMs: 5000,
    responseTimeoutMs: 30_000,
    idleTimeoutMs: 60_000,
    connectionsMax: 256,
  });
});

test.each([
  { name: 'x y', value: 'v' },
  { name: 'Authorization', value: 'a\r\nb: c' },
  { name: 'Authorization', value: ' padded ' },
  { name: 'Authorization', value: 'ü' },
  { name: 'Authorization', value: '' },
  { name: 'X:Y', value: 'v' },
])('refuses the upstream header %j', (authHeader) => {
  const input = { name: 'api', url: 'http://a.test', authHeader };
  expect(createUpstreamInput.safeParse(input).success).toBe(false);
});
