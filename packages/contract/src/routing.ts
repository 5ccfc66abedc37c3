import { z } from 'zod';
import { id, limit, lineOfText, moment, page, pageInput, ref } from './primitives.ts';
import { scopes } from './keys.ts';
import { httpMethods } from './without-schema.ts';

/** Scheme, host and path as they look: URL parsers mend or drop much that misleads a reader (`http:\\a`, `http://a@b`). */
const plainUrl = /^https?:\/\/[^\s/\\?#@\p{Cc}]+(?:\/[^\s\\\p{Cc}]*)?[?#]?$/iu;

/** The base URL of an API behind us: http or https, no credentials, query or fragment. */
export const upstreamUrl = z
  .string()
  .trim()
  .max(2048)
  .refine((value) => {
    const url = plainUrl.test(value) ? URL.parse(value) : null;
    return url !== null && url.port !== '0' && url.search === '' && url.hash === '';
  }, 'must be an http or https URL without credentials, query or fragment')
  .transform((value) => {
    // Not `href`, which keeps a bare ? or # that would swallow the path put behind it.
    const { origin, pathname } = new URL(value);
    return origin + pathname.replace(/\/$/, '');
  });

const timeoutMs = z.int().min(100).max(3_600_000);
const headerName = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9-]+$/, 'may hold letters, digits and dashes');
const headerValue = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'must be visible ASCII');

export const upstream = z.object({
  id,
  name: z.string(),
  url: z.string(),
  connectTimeoutMs: z.int(),
  /** Longest wait for the first byte of an answer. */
  responseTimeoutMs: z.int(),
  /** Longest silence within an answer. */
  idleTimeoutMs: z.int(),
  /** Sockets that one proxy opens to it at most. */
  connectionsMax: z.int(),
  /** Name of the header that authenticates us there; its value is never shown. */
  authHeaderName: z.string().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type Upstream = z.infer<typeof upstream>;

export const upstreamRef = z.strictObject({ upstream: ref });

/** The header that authenticates us at the upstream; kept encrypted. */
const authHeader = z.strictObject({ name: headerName, value: headerValue });

export const createUpstreamInput = z.strictObject({
  name: lineOfText(100),
  url: upstreamUrl,
  connectTimeoutMs: timeoutMs.default(5_000),
  responseTimeoutMs: timeoutMs.default(30_000),
  idleTimeoutMs: timeoutMs.default(60_000),
  connectionsMax: z.int().min(1).max(4096).default(256),
  authHeader: authHeader.optional(),
});
export type CreateUpstreamInput = z.input<typeof createUpstreamInput>;

export const updateUpstreamInput = z.strictObject({
  upstream: ref,
  name: lineOfText(100).optional(),
  url: upstreamUrl.optional(),
  connectTimeoutMs: timeoutMs.optional(),
  responseTimeoutMs: timeoutMs.optional(),
  idleTimeoutMs: timeoutMs.optional(),
  connectionsMax: z.int().min(1).max(4096).optional(),
  authHeader: authHeader.nullable().optional(),
  /** The `updatedAt` of the upstream as it was read: refused where somebody has changed it since. */
  unchangedSince: moment.optional(),
});
export type UpdateUpstreamInput = z.input<typeof updateUpstreamInput>;

export const listUpstreamsInput = pageInput;
export type ListUpstreamsInput = z.input<typeof listUpstreamsInput>;
export const upstreamPage = page(upstream);

export const httpMethod = z.enum(httpMethods);
export type HttpMethod = z.infer<typeof httpMethod>;

/** An exact path (`/status`) or everything under one (`/v1/*`, which matches `/v1` too). */
export const pathPattern = z
  .string()
  .trim()
  .min(1)
  .max(512)
  .regex(
    /^\/(?:[A-Za-z0-9._~!$&'()+,;=:@-]+\/)*(?:[A-Za-z0-9._~!$&'()+,;=:@-]+\/?|\*)?$/,
    'must start with /, hold no query, and may end in /*',
  )
  .refine((value) => !/(?:^|\/)\.\.?(?:\/|$)/.test(value), 'must not hold . or .. segments')
  .refine(
    (value) => !value.toLowerCase().startsWith('/_apigate'),
    '/_apigate belongs to the proxy itself',
  );

const rewritePath = z
  .string()
  .trim()
  .max(512)
  .regex(/^\/[A-Za-z0-9._~!$&'()+,;=:@/-]*$/, 'must be a path that starts with /');

const host = z
  .string()
  .trim()
  .max(253)
  .regex(/^[A-Za-z0-9.-]+(?::\d{1,5})?$/, 'must be a host name, with a port if needed')
  .transform((value) => value.toLowerCase());

/** Units of quota that a request may cost. */
export const requestUnits = z.int().min(0).max(1_000_000);
const priority = z.int().min(-1000).max(1000);

export const route = z.object({
  id,
  name: z.string(),
  /** Empty means every method. */
  methods: z.array(httpMethod),
  host: z.string().nullable(),
  path: z.string(),
  /** Replaces the matched part of the path: `/v1/*` with `/api` sends `/v1/users` to `/api/users`. */
  rewrite: z.string().nullable(),
  upstream: z.object({ id, name: z.string() }),
  requiredScopes: z.array(z.string()),
  authRequired: z.boolean(),
  /** Higher wins; at the same priority the longer path wins. */
  priority: z.int(),
  enabled: z.boolean(),
  /** Units of quota that one request costs. */
  cost: z.int(),
  rateLimitPerMinute: z.int().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type Route = z.infer<typeof route>;

export const routeRef = z.strictObject({ route: ref });

export const createRouteInput = z.strictObject({
  name: lineOfText(100),
  path: pathPattern,
  /** Id or name of an upstream. */
  upstream: ref,
  methods: z.array(httpMethod).max(httpMethods.length).default([]),
  host: host.nullable().default(null),
  rewrite: rewritePath.nullable().default(null),
  requiredScopes: scopes.default([]),
  authRequired: z.boolean().default(true),
  priority: priority.default(0),
  enabled: z.boolean().default(true),
  cost: requestUnits.default(1),
  rateLimitPerMinute: limit.default(null),
});
export type CreateRouteInput = z.input<typeof createRouteInput>;

export const updateRouteInput = z.strictObject({
  route: ref,
  name: lineOfText(100).optional(),
  path: pathPattern.optional(),
  upstream: ref.optional(),
  methods: z.array(httpMethod).max(httpMethods.length).optional(),
  host: host.nullable().optional(),
  rewrite: rewritePath.nullable().optional(),
  requiredScopes: scopes.optional(),
  authRequired: z.boolean().optional(),
  priority: priority.optional(),
  enabled: z.boolean().optional(),
  cost: requestUnits.optional(),
  rateLimitPerMinute: limit.optional(),
  /** The `updatedAt` of the route as it was read: refused where somebody has changed it since. */
  unchangedSince: moment.optional(),
});
export type UpdateRouteInput = z.input<typeof updateRouteInput>;

export const listRoutesInput = pageInput.extend({ upstream: ref.optional() });
export type ListRoutesInput = z.input<typeof listRoutesInput>;
export const routePage = page(route);
