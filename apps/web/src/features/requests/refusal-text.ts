import type { RefusalCode } from '@apigate/contract';

/** Why a request was refused, and where it is short, what its sender can do. The page of the request tells all. */
export const refusalText = {
  bad_request: 'The request was not well formed.',
  missing_api_key: 'It carried no key. Send yours as X-API-Key.',
  invalid_api_key: 'The key is not valid. Check that it was copied whole.',
  key_expired: 'The key has expired. Create another one.',
  key_revoked: 'The key is revoked, or was replaced. Use another one.',
  key_disabled: 'The key is switched off. Enable it, or use another one.',
  quota_exceeded: 'The quota of the month is used up. See larger plans.',
  user_suspended: 'The account is suspended. Contact the provider.',
  ip_not_allowed: 'The key may not be used from this address.',
  insufficient_scope: 'The key lacks a scope that this path needs.',
  route_not_found: 'There is nothing at this path.',
  method_not_allowed: 'The API does not take this method.',
  request_timeout: 'The request came too slowly.',
  payload_too_large: 'The body is too large.',
  uri_too_long: 'The address is too long.',
  expectation_failed: 'The header Expect asks for something unknown.',
  rate_limited: 'More requests a minute than your plan allows.',
  headers_too_large: 'The headers are too large.',
  upstream_unreachable: 'The API could not be reached. Try again; it cost nothing.',
  overloaded: 'Too much came at once. Try again; it cost nothing.',
  not_ready: 'The gateway was not ready. Try again; it cost nothing.',
  upstream_timeout: 'The API did not answer in time. It cost nothing.',
} as const satisfies Record<RefusalCode, string>;
