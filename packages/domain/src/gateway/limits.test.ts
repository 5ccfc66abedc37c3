import { settingDefinitions } from '@apigate/contract';
import { expect, test } from 'vitest';
import { settingsFromRows } from '../settings/settings-from-rows.ts';
import { limitsOf } from './limits.ts';

const settings = settingsFromRows([]);
const pro = {
  rateLimitPerMinute: 600,
  burst: 1200,
  requestsPerMonth: 50_000,
  enforcement: 'soft',
} as const;

test('gives an active user the limits of the plan', () => {
  expect(limitsOf({ status: 'active' }, pro, settings)).toEqual(pro);
  expect(limitsOf({ status: 'active' }, { enforcement: 'hard' }, settings)).toEqual({
    rateLimitPerMinute: null,
    burst: null,
    requestsPerMonth: null,
    enforcement: 'hard',
  });
});

test('gives a pending user the tighter of plan and settings, and never lets past them', () => {
  expect(limitsOf({ status: 'pending' }, pro, settings)).toEqual({
    rateLimitPerMinute: 10,
    burst: 10,
    requestsPerMonth: 100,
    enforcement: 'hard',
  });
  const tiny = {
    rateLimitPerMinute: 2,
    burst: 1,
    requestsPerMonth: 5,
    enforcement: 'soft',
  } as const;
  expect(limitsOf({ status: 'pending' }, tiny, settings)).toEqual({ ...tiny, enforcement: 'hard' });
  expect(limitsOf({ status: 'pending' }, { enforcement: 'soft' }, settings)).toEqual({
    rateLimitPerMinute: 10,
    burst: null,
    requestsPerMonth: 100,
    enforcement: 'hard',
  });
});

test('falls back to the default of a setting that is missing or was stored wrong', () => {
  const stored = [
    { name: 'keys.prefix', value: 'Not A Prefix' },
    { name: 'pending.rate_limit_per_minute', value: 3 },
    { name: 'a setting of tomorrow', value: true },
  ];
  expect(settingsFromRows(stored)).toMatchObject({
    'keys.prefix': settingDefinitions['keys.prefix'].default,
    'pending.rate_limit_per_minute': 3,
    'proxy.forward_email': false,
  });
});
