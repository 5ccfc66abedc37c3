import { z } from 'zod';

/** Every reason for which the proxy itself answers instead of the upstream, with its HTTP status. */
export const refusalStatus = {
  bad_request: 400,
  missing_api_key: 401,
  invalid_api_key: 401,
  key_expired: 401,
  key_revoked: 401,
  key_disabled: 401,
  quota_exceeded: 402,
  user_suspended: 403,
  ip_not_allowed: 403,
  insufficient_scope: 403,
  route_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  payload_too_large: 413,
  uri_too_long: 414,
  expectation_failed: 417,
  rate_limited: 429,
  headers_too_large: 431,
  upstream_unreachable: 502,
  overloaded: 503,
  not_ready: 503,
  upstream_timeout: 504,
} as const satisfies Record<string, number>;

export type RefusalCode = keyof typeof refusalStatus;
export const refusalCode = z.enum(Object.keys(refusalStatus) as [RefusalCode, ...RefusalCode[]]);

/** RFC 9457 problem details, as the proxy and the REST surface send them. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  request_id: z.string(),
});
export type Problem = z.infer<typeof problem>;
