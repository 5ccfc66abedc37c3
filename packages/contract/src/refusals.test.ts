import { expect, test } from 'vitest';
import { errorCodes } from './errors.ts';
import { refusalCode, refusalStatus } from './refusals.ts';
import { settingDefinitions } from './settings.ts';

test('gives every refusal of the proxy the status that is documented', () => {
  expect(refusalStatus).toEqual({
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
  });
  expect(refusalCode.options).toEqual(Object.keys(refusalStatus));
});

test('spells every code in snake case and lists none twice', () => {
  for (const codes of [errorCodes, refusalCode.options]) {
    expect(codes.filter((code) => !/^[a-z]+(?:_[a-z]+)*$/.test(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  }
});

test('gives every setting a default that is valid and a description that is a sentence', () => {
  for (const { schema, default: fallback, description } of Object.values(settingDefinitions)) {
    expect(schema.parse(fallback)).toBe(fallback);
    expect(description).toMatch(/^[A-Z].*\.$/);
  }
});
