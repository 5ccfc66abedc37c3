import { expect, test } from 'vitest';
import type { RouteRecord } from './records.ts';
import { RouteTable } from './route-table.ts';

function route(id: string, fields: Partial<RouteRecord> = {}): RouteRecord {
  return {
    id,
    name: id,
    methods: [],
    host: null,
    path: '/*',
    rewrite: null,
    upstreamId: 'upstream',
    requiredScopes: [],
    authRequired: true,
    priority: 0,
    cost: 1,
    rateLimitPerMinute: null,
    ...fields,
  };
}

function winner(routes: RouteRecord[], method: string, host: string, path: string) {
  const forwards = new RouteTable(routes).match(method, host, path)?.route.id ?? null;
  const backwards = new RouteTable(routes.toReversed()).match(method, host, path)?.route.id ?? null;
  expect(backwards, 'the order of the rows decides').toBe(forwards);
  return forwards;
}

test.each([
  ['/v1/*', '/v1', true],
  ['/v1/*', '/v1/', true],
  ['/v1/*', '/v1/users/7', true],
  ['/v1/*', '/v10', false],
  ['/v1/*', '/V1/users', false],
  ['/v1/*', '/', false],
  ['/*', '/', true],
  ['/*', '/anything/at/all', true],
  ['/status', '/status', true],
  ['/status', '/status/', false],
  ['/status', '/status/x', false],
  ['/status/', '/status/', true],
  ['/status/', '/status', false],
  ['/', '/', true],
  ['/', '/x', false],
])('matches %s with %s: %s', (path, asked, expected) => {
  expect(new RouteTable([route('r', { path })]).match('GET', 'a.test', asked) !== null).toBe(
    expected,
  );
});

test.each([
  ['/v1/*', '/api', '/v1/users', '/api/users'],
  ['/v1/*', '/api/', '/v1/users', '/api/users'],
  ['/v1/*', '/api', '/v1', '/api'],
  ['/v1/*', '/', '/v1/users', '/users'],
  ['/v1/*', '/', '/v1', '/'],
  ['/v1/*', '/', '/v1/', '/'],
  ['/*', '/api', '/users', '/api/users'],
  ['/*', '/', '/users', '/users'],
  ['/*', '/', '/', '/'],
  ['/status', '/health', '/status', '/health'],
  ['/status', '/health/', '/status', '/health/'],
  ['/', '/health', '/', '/health'],
  ['/', '/', '/', '/'],
  ['/v1/*', null, '/v1/users', '/v1/users'],
])('rewrites %s to %s: %s becomes %s', (path, rewrite, asked, expected) => {
  const match = new RouteTable([route('r', { path, rewrite })]).match('GET', 'a.test', asked);
  expect(match?.upstreamPath).toBe(expected);
});

test('tries the higher priority first, whatever the paths', () => {
  const routes = [route('deep', { path: '/v1/users' }), route('first', { priority: 1 })];
  expect(winner(routes, 'GET', 'a.test', '/v1/users')).toBe('first');
});

test('prefers a named host, then the longer path, then the exact one, then the named method', () => {
  const host = route('host', { host: 'a.test' });
  const long = route('long', { path: '/v1/users/*' });
  const exact = route('exact', { path: '/v1/users' });
  const posted = route('posted', { path: '/v1/users', methods: ['POST'] });
  expect(winner([long, host], 'GET', 'a.test', '/v1/users')).toBe('host');
  expect(winner([long, host], 'GET', 'b.test', '/v1/users')).toBe('long');
  expect(winner([exact, long], 'GET', 'a.test', '/v1/users')).toBe('exact');
  expect(winner([exact, posted], 'POST', 'a.test', '/v1/users')).toBe('posted');
  expect(winner([exact, posted], 'GET', 'a.test', '/v1/users')).toBe('exact');
});

test('prefers the older of two routes that are alike', () => {
  expect(winner([route('02'), route('01')], 'GET', 'a.test', '/')).toBe('01');
});

test('matches a host with any port, and a host with a port only with that one', () => {
  const any = new RouteTable([route('r', { host: 'a.test' })]);
  expect(any.match('GET', 'a.test', '/')).not.toBeNull();
  expect(any.match('GET', 'a.test:8000', '/')).not.toBeNull();
  expect(any.match('GET', 'a.test.evil.test', '/')).toBeNull();
  expect(any.match('GET', 'xa.test', '/')).toBeNull();
  const one = new RouteTable([route('r', { host: 'a.test:8000' })]);
  expect(one.match('GET', 'a.test:8000', '/')).not.toBeNull();
  expect(one.match('GET', 'a.test', '/')).toBeNull();
});

test('matches the listed methods alone, every one where none is listed', () => {
  const listed = new RouteTable([route('r', { methods: ['GET', 'POST'] })]);
  expect(listed.match('POST', 'a.test', '/')).not.toBeNull();
  expect(listed.match('DELETE', 'a.test', '/')).toBeNull();
  expect(listed.match('get', 'a.test', '/')).toBeNull();
  expect(new RouteTable([route('r')]).match('PURGE', 'a.test', '/')).not.toBeNull();
});

test('matches nothing in an empty table', () => {
  expect(new RouteTable([]).match('GET', 'a.test', '/')).toBeNull();
});
