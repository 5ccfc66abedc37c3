import { settingDefinitions, settingName, type Settings } from '@apigate/contract';
import { expect, test } from 'vitest';
import type { KeyRecord, PlanRecord, UserRecord } from './records.ts';
import { termsOf } from './terms.ts';

const defaults = Object.fromEntries(
  settingName.options.map((name) => [name, settingDefinitions[name].default]),
) as Settings;
const plan: PlanRecord = {
  id: 'p',
  slug: 'pro',
  rateLimitPerMinute: 60,
  burst: 5,
  requestsPerMonth: 1_000,
  enforcement: 'hard',
};
const user: UserRecord = { id: 'u', email: 'a@b.c', status: 'active', planId: 'p', metadata: {} };
const key: KeyRecord = {
  id: 'k',
  digest: 'd',
  scopes: [],
  allowedIps: null,
  rateLimitPerMinute: null,
  expiresAtMs: null,
  enabled: true,
  revoked: false,
  graceUntilMs: null,
  secretHash: null,
};

test('all keys of a user share one bucket, as large as the burst', () => {
  const { demands } = termsOf({ key, user }, plan, defaults, 1);
  expect(demands).toEqual([{ id: 'u:u', perMinute: 60, capacity: 5 }]);
});

test('each key has its own bucket where the setting says so', () => {
  const settings: Settings = { ...defaults, 'ratelimit.scope': 'key' };
  const { demands } = termsOf({ key, user }, { ...plan, burst: null }, settings, 1);
  expect(demands).toEqual([{ id: 'k:k', perMinute: 60, capacity: 60 }]);
});

test("a key's own limit is one more bucket, also on an unlimited plan", () => {
  const limited = { ...key, rateLimitPerMinute: 7 };
  const own = { id: 'l:k', perMinute: 7, capacity: 7 };
  expect(termsOf({ key: limited, user }, plan, defaults, 1).demands).toContainEqual(own);
  const unlimited = { ...plan, rateLimitPerMinute: null };
  expect(termsOf({ key: limited, user }, unlimited, defaults, 1).demands).toEqual([own]);
});
