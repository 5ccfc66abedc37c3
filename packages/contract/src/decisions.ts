import { z } from 'zod';
import { id, ref } from './primitives.ts';
import { planEnforcement } from './plans.ts';
import { refusalCode } from './refusals.ts';
import { httpMethod, requestUnits } from './routing.ts';
import { usageEvent } from './usage.ts';
import { userStatus } from './users.ts';

/** The bucket of a user, of a key where each has its own, of a key's own tighter limit, of a route. */
export const rateBucket = z.enum(['user', 'key', 'key_limit', 'route']);
export type RateBucket = z.infer<typeof rateBucket>;

/** A time, also in the form that JSON has for it. */
const time = z.coerce.date();

function rule<Name extends string, Facts extends z.ZodRawShape>(name: Name, facts: Facts) {
  return z.object({ rule: z.literal(name), passed: z.boolean(), ...facts });
}

/** One rule that was looked at, with the numbers that it was decided by. */
export const decisionStep = z.discriminatedUnion('rule', [
  /** The path in its one form; null where the request has none. Told in tests alone. */
  rule('guard', { path: z.string().nullable() }),
  /** The path is null where no route matched. */
  rule('route', {
    methods: z.array(z.string()),
    host: z.string().nullable(),
    path: z.string().nullable(),
  }),
  rule('credential', {}),
  rule('key', {
    revoked: z.boolean(),
    /** The end of a key that was replaced. */
    graceUntil: time.nullable(),
    expiresAt: time.nullable(),
    enabled: z.boolean(),
  }),
  rule('user', { status: userStatus }),
  rule('ip', { ip: z.string(), allowed: z.array(z.string()).nullable() }),
  rule('scopes', {
    required: z.array(z.string()),
    held: z.array(z.string()),
    missing: z.array(z.string()),
  }),
  rule('rate_limit', {
    bucket: rateBucket,
    perMinute: z.number(),
    capacity: z.number(),
    /** Whole tokens left. */
    remaining: z.int(),
    /** Until there is a token; 0 when there is one. */
    retryAfterMs: z.int(),
  }),
  rule('quota', {
    /** Units; null is unlimited. */
    limit: z.int().nullable(),
    used: z.int(),
    cost: z.int(),
    enforcement: planEnforcement,
    periodEnd: time,
  }),
  /** Why it came to nothing after every rule had let it through; null where it did not. */
  rule('forward', { code: refusalCode.nullable() }),
]);
export type DecisionStep = z.infer<typeof decisionStep>;

/** How a request came to be refused or let through: every rule in the order in which it was looked at. */
export const decision = z.array(decisionStep);
export type Decision = z.infer<typeof decision>;

export const explainUsageInput = z.strictObject({
  /** The request id that the client got as `X-Request-Id` or `request_id`. */
  request: id,
});
export type ExplainUsageInput = z.input<typeof explainUsageInput>;

/** The rules with a sentence on each, in the order in which they were looked at. */
const toldSteps = z.array(z.intersection(decisionStep, z.object({ detail: z.string() })));
export type ToldStep = z.infer<typeof toldSteps>[number];

/** What would become of a request by the settings of now, with every bucket of the rate limits full. */
export const requestForecast = z.object({
  /** Null when it would be let through. */
  code: refusalCode.nullable(),
  /** The HTTP status of the refusal; null when the API would answer. */
  status: z.int().nullable(),
  /** For people: why it would be refused, or that it would pass. */
  detail: z.string(),
  steps: toldSteps,
});
export type RequestForecast = z.infer<typeof requestForecast>;

/** Why a request was refused. */
export const refusalExplanation = z.object({
  event: usageEvent,
  /** The plan of the user at that time; null where no user was known or the plan is gone. */
  plan: z.object({ id, slug: z.string(), name: z.string() }).nullable(),
  /** Null where none was noted, because no key was known or nothing refused. */
  steps: toldSteps.nullable(),
  /** The same request now; null where nothing refused, or what it came with is gone. */
  today: requestForecast.nullable(),
});
export type RefusalExplanation = z.infer<typeof refusalExplanation>;

export const testRouteInput = z.strictObject({
  method: z
    .string()
    .toUpperCase()
    .regex(/^[A-Z]{1,20}$/, 'must be a method such as GET')
    .default('GET'),
  /** The target of the request: a path, and a query if it has one. */
  path: z
    .string()
    .max(8192)
    .regex(/^[\x21-\x7e]+$/, 'must be a path of visible ASCII characters'),
  /** Of the proxy, as the client would call it; left out, one that no route names. */
  host: z.string().trim().max(260).toLowerCase().optional(),
  /** The key to test with: its id, or what lists show of it (`ak_7Hq2…F702`). */
  key: ref.optional(),
  /** The user to test with, by the key that was used last. */
  user: ref.optional(),
  /** Where the client calls from, for keys that are bound to addresses. */
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
});
export type TestRouteInput = z.input<typeof testRouteInput>;

/** Why a route is not the one that a request goes by: `outranked` would match, and another one comes first. */
export const routeMismatch = z.enum(['disabled', 'host', 'method', 'path', 'outranked']);
export type RouteMismatch = z.infer<typeof routeMismatch>;

/** What the proxy would do with a request, told without sending anything. */
export const routeTest = z.object({
  ...requestForecast.shape,
  method: z.string(),
  /** In its one form, in which it is matched and forwarded; null where the request is refused before. */
  path: z.string().nullable(),
  route: z.object({ id, name: z.string() }).nullable(),
  upstream: z.object({ id, name: z.string() }).nullable(),
  /** What the upstream would be asked for; null where no route matches. */
  upstreamUrl: z.string().nullable(),
  /** Units that the request would cost. */
  cost: requestUnits,
  key: z.object({ id, name: z.string(), prefix: z.string(), lastFour: z.string() }).nullable(),
  user: z.object({ id, email: z.string() }).nullable(),
  plan: z.object({ id, slug: z.string(), name: z.string() }).nullable(),
  /** The other routes in the order in which they are tried, then those that are disabled. */
  others: z.array(
    z.object({
      route: z.object({ id, name: z.string() }),
      methods: z.array(httpMethod),
      host: z.string().nullable(),
      path: z.string(),
      priority: z.int(),
      mismatch: routeMismatch,
      /** For people. */
      detail: z.string(),
    }),
  ),
});
export type RouteTest = z.infer<typeof routeTest>;
