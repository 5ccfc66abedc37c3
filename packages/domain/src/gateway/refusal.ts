import { STATUS_CODES } from 'node:http';
import { httpMethods, refusalStatus, type Problem, type RefusalCode } from '@apigate/contract';

const details = {
  bad_request: 'The request is not valid HTTP/1.1 as this gateway accepts it.',
  missing_api_key: 'Send your API key in the X-API-Key header, or as Authorization: Bearer.',
  invalid_api_key: 'This API key is not valid. Check that it was copied whole.',
  key_expired: 'This API key has expired. Create a new one.',
  key_revoked: 'This API key was revoked. Create a new one.',
  key_disabled: 'This API key is disabled. Enable it or use another one.',
  quota_exceeded:
    'The quota of this period is used up. Wait for the next period or change the plan.',
  user_suspended: 'This account is suspended. Contact the provider of this API.',
  ip_not_allowed: 'This API key may not be used from this IP address.',
  insufficient_scope: 'This API key lacks a scope that this route requires.',
  route_not_found: 'No route matches this method, host and path.',
  method_not_allowed: 'This method is not supported.',
  request_timeout: 'The request did not arrive in time.',
  payload_too_large: 'The body of the request is too large.',
  uri_too_long: 'The URL of the request is too long; at most 8192 bytes are accepted.',
  expectation_failed: 'The only expectation that can be met is 100-continue.',
  rate_limited: 'Too many requests. Wait as long as Retry-After says.',
  headers_too_large: 'The headers are too large; at most 100 of them and 16384 bytes are accepted.',
  upstream_unreachable: 'The API behind this gateway could not be reached.',
  overloaded: 'The gateway has too much to do. Try again shortly.',
  not_ready: 'The gateway cannot check this API key at the moment. Try again shortly.',
  upstream_timeout: 'The API behind this gateway did not answer in time.',
} as const satisfies Record<RefusalCode, string>;

/** Why the proxy itself answers, instead of the upstream. */
export class Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly status: number;
  /** Whole seconds after which trying again makes sense; null where it does not. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: RefusalCode,
    {
      detail = details[code],
      status = refusalStatus[code],
      retryAfterSeconds = status === 503 ? 1 : null,
    }: { detail?: string; status?: number; retryAfterSeconds?: number | null } = {},
  ) {
    this.code = code;
    this.detail = detail;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The headers that go with a refusal, as a flat list of names and values. */
export function headersOf({ status, retryAfterSeconds }: Refusal): string[] {
  const headers = ['Content-Type', 'application/problem+json', 'Cache-Control', 'no-store'];
  if (retryAfterSeconds !== null) headers.push('Retry-After', String(retryAfterSeconds));
  if (status === 401) headers.push('WWW-Authenticate', 'Bearer');
  if (status === 405) headers.push('Allow', httpMethods.join(', '));
  return headers;
}

/** What the client is told of a refusal, as RFC 9457 has it. */
export function problemOf(refusal: Refusal, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[refusal.status] ?? 'Refused',
    status: refusal.status,
    detail: refusal.detail,
    code: refusal.code,
    request_id: requestId,
  };
}
