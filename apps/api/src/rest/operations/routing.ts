import { viaProcedure, type OperationGroup } from '../operation.ts';

const upstream = { id: 'upstream' };
const route = { id: 'route' };
const api = { id: 'Orders API' };
const orders = { id: 'Orders' };

export const upstreams: OperationGroup = {
  name: 'Upstreams',
  description: 'The APIs behind the proxy. `{id}` is an id or a name.',
  operations: [
    viaProcedure('GET /admin/upstreams', 'upstreams.list', { summary: 'List upstreams' }),
    viaProcedure('POST /admin/upstreams', 'upstreams.create', {
      summary: 'Create an upstream',
      description: 'The value of `auth_header` is kept encrypted and never shown.',
      status: 201,
      example: {
        body: {
          name: 'Billing API',
          url: 'https://billing.internal.example',
          auth_header: { name: 'X-Internal-Token', value: 'a-secret-of-yours' },
        },
      },
    }),
    viaProcedure('GET /admin/upstreams/{id}', 'upstreams.get', {
      summary: 'Get an upstream',
      params: upstream,
      example: { path: api },
    }),
    viaProcedure('PUT /admin/upstreams/{id}', 'upstreams.update', {
      summary: 'Change an upstream',
      description: 'Changes the fields that are given. In force on every proxy within a second.',
      params: upstream,
      example: { path: api, body: { response_timeout_ms: 10_000 } },
    }),
    viaProcedure('DELETE /admin/upstreams/{id}', 'upstreams.delete', {
      summary: 'Delete an upstream',
      description: 'Refused while routes lead to it.',
      params: upstream,
      status: 204,
      example: { path: { id: 'Unused API' } },
    }),
  ],
};

export const routes: OperationGroup = {
  name: 'Routes',
  description:
    'Which requests go to which upstream, and what they need. `{id}` is an id or a name.',
  operations: [
    viaProcedure('GET /admin/routes', 'routes.list', {
      summary: 'List routes',
      example: { query: { upstream: 'Orders API' } },
    }),
    viaProcedure('POST /admin/routes', 'routes.create', {
      summary: 'Create a route',
      description: '`path` is one path, or with `/*` at its end everything under one.',
      status: 201,
      example: { body: { name: 'Reports', path: '/reports/*', upstream: 'Orders API' } },
    }),
    viaProcedure('POST /admin/routes/test', 'routes.test', {
      summary: 'Test which route a request goes by',
      description:
        'What the proxy would do with a request: the route, the URL that the upstream would be asked for, every step of the decision, and why no other route is taken. Nothing is sent, taken or recorded. Only the proxies know how full the buckets of the rate limits are; here they are full.',
      example: { body: { method: 'GET', path: '/orders/1', user: 'jane@example.com' } },
    }),
    viaProcedure('GET /admin/routes/{id}', 'routes.get', {
      summary: 'Get a route',
      params: route,
      example: { path: orders },
    }),
    viaProcedure('PUT /admin/routes/{id}', 'routes.update', {
      summary: 'Change a route',
      description: 'Changes the fields that are given. In force on every proxy within a second.',
      params: route,
      example: { path: orders, body: { methods: ['GET'], cost: 2 } },
    }),
    viaProcedure('DELETE /admin/routes/{id}', 'routes.delete', {
      summary: 'Delete a route',
      description: 'Its usage stays.',
      params: route,
      status: 204,
      example: { path: orders },
    }),
  ],
};
