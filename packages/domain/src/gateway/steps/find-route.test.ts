import { expect, test } from 'vitest';
import { RouteTable } from '../route-table.ts';
import { findRoute } from './find-route.ts';

const everything = new RouteTable([
  {
    id: 'r',
    name: 'R',
    methods: [],
    host: null,
    path: '/*',
    rewrite: null,
    upstreamId: 'u',
    requiredScopes: [],
    authRequired: true,
    priority: 0,
    cost: 1,
    rateLimitPerMinute: null,
  },
]);

test('finds a route, and says so when there is none', () => {
  expect(findRoute(everything, 'GET', 'a', '/x')).toMatchObject({ upstreamPath: '/x' });
  expect(findRoute(new RouteTable([]), 'GET', 'a', '/x')).toMatchObject({
    code: 'route_not_found',
  });
});

test.each(['/_apigate', '/_apigate/metrics', '/_APIGATE/x'])('lets no route have %s', (path) => {
  expect(findRoute(everything, 'GET', 'a', path)).toMatchObject({ code: 'route_not_found' });
});
