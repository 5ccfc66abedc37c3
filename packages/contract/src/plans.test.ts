import { expect, test } from 'vitest';
import { createPlanInput, updatePlanInput } from './plans.ts';

test('gives a plan with a name alone the defaults of the documents', () => {
  expect(createPlanInput.parse({ name: 'Free' })).toEqual({
    name: 'Free',
    priceMonthlyCents: 0,
    currency: 'USD',
    requestsPerMonth: 1000,
    rateLimitPerMinute: 60,
    burst: null,
    enforcement: 'hard',
    overageCentsPer1000: null,
    trialDays: 0,
    isDefault: false,
    enabled: true,
    features: {},
  });
});

test.each([
  { requestsPerMonth: 0 },
  { rateLimitPerMinute: 0 },
  { rateLimitPerMinute: 1.5 },
  { priceMonthlyCents: -1 },
  { priceMonthlyCents: 9.99 },
  { currency: 'EURO' },
  { enforcement: 'none' },
  { burst: 0 },
  { slug: 'Not A Slug' },
  { features: { a: 'x\0' } },
  { features: { 'a\0': 'x' } },
  { features: { a: '\udc00' } },
  { features: { a: 1 } },
  { features: Object.fromEntries([['constructor', 'x']]) },
  { userCount: 5 },
])('refuses a plan with %j', (fields) => {
  expect(createPlanInput.safeParse({ name: 'Pro', ...fields }).success).toBe(false);
});

test('does not let a plan stop being the default by itself', () => {
  expect(updatePlanInput.safeParse({ plan: 'free', isDefault: false }).success).toBe(false);
  expect(updatePlanInput.safeParse({ plan: 'free', isDefault: true }).success).toBe(true);
});

test('reads -1 and "unlimited" as no limit', () => {
  const { requestsPerMonth, rateLimitPerMinute } = createPlanInput.parse({
    name: 'Big',
    requestsPerMonth: -1,
    rateLimitPerMinute: 'unlimited',
  });
  expect([requestsPerMonth, rateLimitPerMinute]).toEqual([null, null]);
});
