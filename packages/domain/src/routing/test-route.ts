import {
  looksLikeId,
  type Parsed,
  type RouteMismatch,
  type RouteTest,
  type testRouteInput,
} from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize, authorizeOn, notFound } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import {
  basePathOf,
  loadKeyHolder,
  loadRoutes,
  quotaPeriodAt,
  RouteTable,
  type RouteRecord,
} from '../gateway/index.ts';
import { findKeyFor } from '../keys/find-key.ts';
import { visiblePartsOfApiKey } from '../keys/api-key-format.ts';
import { Key } from '../keys/key.ts';
import { queryableOf } from '../queryable-of.ts';
import { findUser } from '../users/find-user.ts';
import {
  forecastRequest,
  loadGatewayRules,
  type Forecast,
  type GatewayRules,
} from '../verification/forecast-request.ts';
import { Upstream } from './upstream.ts';

/** The host that a client names in a test that names none. */
const someHost = 'localhost';

/**
 * What the proxy would do with a request: the route that it goes by, what the upstream would be asked for, every step of
 * the decision, and why no other route is taken. Nothing is sent, taken or recorded.
 *
 * @throws DomainError not_found (key, user), bad_request where more than one key is meant
 */
export async function testRoute(
  ctx: DomainContext,
  input: Parsed<typeof testRouteInput>,
): Promise<RouteTest> {
  authorize(ctx.actor, 'routes.read');
  const { em, now } = ctx;
  const { method, path: target, host = someHost, ip = null } = input;
  const caller = await callerOfTest(ctx, input);
  const db = queryableOf(em);
  const rules = await loadGatewayRules(db);
  const holder =
    caller.key === null
      ? null
      : await loadKeyHolder(db, caller.key.digest, quotaPeriodAt(now.getTime()).start);
  const forecast = forecastRequest(rules, { method, target, host, ip, holder, at: now });
  const { match, target: guarded } = forecast;
  const upstream = match === null ? null : await em.findOne(Upstream, match.route.upstreamId);
  return {
    code: forecast.code,
    status: forecast.status,
    detail: forecast.detail,
    steps: forecast.steps,
    method,
    path: guarded?.path ?? null,
    route: match?.route ?? null,
    upstream,
    upstreamUrl: upstream === null ? null : upstreamUrlOf(upstream.url, forecast),
    cost: match?.route.cost ?? 0,
    key: caller.key,
    user: caller.user,
    plan: caller.user?.plan.$ ?? null,
    others:
      guarded === null ? [] : await othersOf(em, rules, forecast, [method, host, guarded.path]),
  };
}

function upstreamUrlOf(upstreamUrl: string, { match, target }: Forecast): string {
  const url = new URL(upstreamUrl);
  return `${url.origin}${basePathOf(url)}${match?.upstreamPath ?? ''}${target?.query ?? ''}`;
}

async function callerOfTest(
  ctx: DomainContext,
  { key: named, user }: Parsed<typeof testRouteInput>,
) {
  const { em, actor } = ctx;
  if (named !== undefined) {
    const key = await findKeyCalled(ctx, named);
    return { key, user: await findUser(em, key.user.id) };
  }
  if (user === undefined) return { key: null, user: null };
  const owner = await findUser(em, user);
  authorizeOn(actor, 'keys.read', owner, 'keys.read', 'user');
  // Keys that work come first, and of these the one that was used last.
  const [key = null] = await em.find(
    Key,
    { user: owner.id },
    {
      populate: ['user'],
      orderBy: [
        { revokedAt: 'asc nulls first' },
        { graceUntil: 'asc nulls first' },
        { enabled: 'desc' },
        { lastUsedAt: 'desc nulls last' },
        { id: 'desc' },
      ],
      limit: 1,
    },
  );
  return { key, user: owner };
}

/** A key by its id, or by what lists show of it. @throws DomainError not_found, bad_request */
async function findKeyCalled({ em, actor }: DomainContext, name: string): Promise<Key> {
  const [start = name, end] = name.split(/…|\.\.\./, 2);
  const isShown = /^[a-z0-9]+_.{4}/.test(start);
  if (looksLikeId(name)) return findKeyFor(em, actor, 'keys.read', name);
  if (!isShown) throw notFound('key');
  const { prefix, lastFour } = visiblePartsOfApiKey(start);
  const last = end ?? (start.length > prefix.length ? lastFour : undefined);
  const where = { prefix, ...(last === undefined ? {} : { lastFour: last }) };
  const [key, other] = await em.find(Key, where, { limit: 2 });
  if (other !== undefined) {
    const message = 'is the beginning of more than one key: give the id of one';
    throw new DomainError('bad_request', `This ${message}.`, {
      errors: [{ path: 'key', message }],
    });
  }
  if (key === undefined) throw notFound('key');
  return findKeyFor(em, actor, 'keys.read', key.id);
}

type Asked = readonly [method: string, host: string, path: string];

async function othersOf(
  em: EntityManager,
  { routes }: GatewayRules,
  { match }: Forecast,
  asked: Asked,
): Promise<RouteTest['others']> {
  const disabled = new RouteTable(await loadRoutes(queryableOf(em), false));
  return [
    ...routes
      .consider(...asked)
      .filter(({ route }) => route !== match?.route)
      .map(({ route, obstacle }) => other(route, obstacle ?? 'outranked', asked)),
    ...disabled
      .consider(...asked)
      .map(({ route, obstacle }) => other(route, obstacle ?? 'disabled', asked)),
  ];
}

function other(
  { id, name, methods, host, path, priority }: RouteRecord,
  mismatch: RouteMismatch,
  [method, askedHost, askedPath]: Asked,
): RouteTest['others'][number] {
  const details: Record<RouteMismatch, string> = {
    disabled: 'It would match, and is disabled.',
    host: `It is for the host ${host}, and the request names ${askedHost}.`,
    method: `It takes ${methods.join(', ')}, and the request is a ${method}.`,
    path: `Its path ${path} does not cover ${askedPath}.`,
    outranked: 'It would match, and the route that was taken comes before it.',
  };
  return {
    route: { id, name },
    methods: [...methods],
    host,
    path,
    priority,
    mismatch,
    detail: details[mismatch],
  };
}
