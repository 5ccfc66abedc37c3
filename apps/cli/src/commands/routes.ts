import {
  createRouteInput,
  httpMethods,
  listRoutesInput,
  route as routeSchema,
  routeRef,
  testRouteInput,
  updateRouteInput,
} from '@apigate/contract';
import type { Route, RouteTest } from '@apigate/sdk';
import type { Command } from 'commander';
import { confirm } from '../confirm.ts';
import { type Flags, list, number, text, yesNo } from '../flags.ts';
import * as format from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb, requireChanges } from '../verb.ts';

const routeView: View<Route> = {
  plural: 'routes',
  schema: routeSchema,
  columns: {
    Name: (route) => route.name,
    Methods: (route) => (route.methods.length === 0 ? 'all' : format.words(route.methods)),
    Path: (route) => `${route.host ?? ''}${route.path}`,
    Upstream: (route) => route.upstream.name,
    Scopes: (route) => format.words(route.requiredScopes),
    Priority: (route) => String(route.priority),
    Enabled: (route) => format.yesNo(route.enabled),
    ID: (route) => route.id,
  },
  details: {
    Rewrite: (route) => format.orDash(route.rewrite),
    'Needs a key': (route) => format.yesNo(route.authRequired),
    'Units a request': (route) => format.count(route.cost),
    'Requests a minute': (route) =>
      route.rateLimitPerMinute === null ? 'as the plan' : format.count(route.rateLimitPerMinute),
    Created: (route) => format.time(route.createdAt),
    Updated: (route) => format.time(route.updatedAt),
  },
};

const testView = {
  columns: {
    Verdict: ({ code, status }: RouteTest) =>
      code === null ? 'would pass' : `would be refused: ${status} ${code}`,
    Route: ({ route }: RouteTest) => format.orDash(route?.name),
    Upstream: ({ upstream }: RouteTest) => format.orDash(upstream?.name),
    'Sent to': ({ upstreamUrl }: RouteTest) => format.orDash(upstreamUrl),
    Units: ({ cost }: RouteTest) => format.count(cost),
    Key: ({ key }: RouteTest) =>
      key === null ? format.orDash(null) : `${key.prefix}…${key.lastFour}`,
    User: ({ user }: RouteTest) => format.orDash(user?.email),
  },
  details: {},
};

const methods = list('--methods <methods>', `${httpMethods.join(',')}; all unless told`);

const routeFlags = {
  name: text('--name <name>', 'name'),
  path: text('--path <pattern>', '/status for one path, /v1/* for all under one'),
  upstream: text('--upstream <upstream>', 'id or name of the upstream'),
  methods: { ...methods, read: (typed: string) => methods.read(typed.toUpperCase()) },
  host: text('--host <host>', 'only requests to this host'),
  rewrite: text('--rewrite <path>', 'replaces the matched part of the path'),
  requiredScopes: list('--scopes <a,b>', 'scopes that a key needs'),
  authRequired: yesNo('--auth-required [boolean]', 'whether a key is needed'),
  priority: number('--priority <n>', 'higher wins; then the longer path'),
  enabled: yesNo('--enabled [boolean]', 'whether it is in force'),
  cost: number('--cost <units>', 'units of quota that a request costs'),
  rateLimitPerMinute: number('--rate-limit <n>', 'requests a minute, or unlimited'),
} satisfies Flags<typeof createRouteInput>;

/** `apigate routes …` */
export function addRoutes(program: Command): void {
  const routes = addNoun(program, 'routes', 'Which requests go to which upstream');

  addVerb(routes, {
    usage: 'list',
    about: 'List routes',
    input: listRoutesInput,
    flags: { upstream: text('--upstream <upstream>', 'id or name of an upstream'), ...pageFlags },
    examples: ['apigate routes list --upstream orders'],
    run: async ({ api, input, output }) => output.page(await api.routes.list(input), routeView),
  });

  addVerb(routes, {
    usage: 'get <route>',
    about: 'Show a route, by id or name',
    input: routeRef,
    examples: ['apigate routes get orders'],
    run: async ({ api, input, output }) =>
      output.item(await api.routes.get(input.route), routeView),
  });

  addVerb(routes, {
    usage: 'create',
    about: 'Create a route',
    input: createRouteInput,
    flags: routeFlags,
    examples: [
      "apigate routes create --name orders --path '/orders/*' --upstream orders",
      "apigate routes create --name reports --path '/reports/*' --upstream crm --methods GET --scopes reports:read --priority 10",
    ],
    run: async ({ api, input, output }) => output.item(await api.routes.create(input), routeView),
  });

  addVerb(routes, {
    usage: 'update <route>',
    about: 'Change a route; an empty value clears a field',
    input: updateRouteInput,
    flags: routeFlags,
    examples: ['apigate routes update orders --enabled false'],
    run: async ({ api, input: { route, ...changes }, output }) => {
      requireChanges(changes, routeFlags);
      output.item(await api.routes.update(route, changes), routeView);
    },
  });

  addVerb(routes, {
    usage: 'test <method> <path>',
    about: 'Tell what the proxy would do with a request, step by step; nothing is sent',
    input: testRouteInput,
    flags: {
      host: text('--host <host>', 'the host that the client calls'),
      key: text('--key <key>', 'id or prefix of the key that comes with it'),
      user: text('--user <user>', 'whose key comes with it: the one that was used last'),
      ip: text('--ip <address>', 'where the client calls from'),
    },
    examples: [
      'apigate routes test GET /orders/1 --user jane@example.com',
      'apigate routes test POST /orders --host api.example.com --key ak_7Hq2',
    ],
    run: async ({ api, input, output }) => {
      const test = await api.routes.test(input);
      output.item(test, testView);
      output.section(
        'Rules, in order',
        test.steps.map(({ rule, passed, detail }) => ({
          Verdict: passed ? 'passed' : '→ REFUSED',
          Rule: rule,
          'What was found': detail,
        })),
      );
      output.section(
        'Other routes',
        test.others.map(({ route, path, detail }) => ({
          Route: route.name,
          Path: path,
          'Why not': detail,
        })),
      );
    },
  });

  addVerb(routes, {
    usage: 'delete <route>',
    about: 'Delete a route',
    input: routeRef,
    isDestructive: true,
    examples: ['apigate routes delete orders --yes'],
    run: async ({ api, input: { route }, output, isAgreed }) => {
      await confirm(`The route ${route} is deleted for good.`, isAgreed);
      output.done(`The route ${route} is deleted.`, await api.routes.delete(route));
    },
  });
}
