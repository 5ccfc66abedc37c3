import { expect, test } from 'vitest';
import type { Plan } from '@apigate/contract';
import { planFacts } from './plan-facts.ts';
import { planFit } from './plan-fit.ts';

const at = new Date('2026-11-12T00:00:00Z');

test('a plan fits, fills up at this pace, or is used up already', () => {
  expect(planFit({ requestsPerMonth: null }, 5_000, at)).toEqual({ kind: 'fits' });
  expect(planFit({ requestsPerMonth: 10_000 }, 5_000, null)).toEqual({ kind: 'fits' });
  expect(planFit({ requestsPerMonth: 10_000 }, 5_000, at)).toEqual({ kind: 'full', at });
  expect(planFit({ requestsPerMonth: 5_000 }, 5_000, null)).toEqual({ kind: 'used-up' });
});

function plan(fields: Partial<Plan>): Plan {
  return {
    id: 'free',
    slug: 'free',
    name: 'Free',
    description: null,
    priceMonthlyCents: 0,
    currency: 'USD',
    requestsPerMonth: 1000,
    rateLimitPerMinute: 60,
    burst: null,
    enforcement: 'hard',
    overageCentsPer1000: null,
    trialDays: 0,
    isDefault: true,
    enabled: true,
    stripePriceId: null,
    paddlePriceId: null,
    lemonSqueezyVariantId: null,
    features: {},
    userCount: null,
    createdAt: at,
    updatedAt: at,
    ...fields,
  };
}

test('plans are compared line by line, and what differs from the own one is told', () => {
  const own = plan({ features: { Support: 'Forum' } });
  const other = plan({
    id: 'pro',
    requestsPerMonth: null,
    rateLimitPerMinute: 30,
    enforcement: 'soft',
    overageCentsPer1000: 50,
    features: { Support: 'Mail', SLA: '99.9 %' },
  });
  const facts = planFacts([own, other], own);
  expect(facts.get('free')?.map(({ name }) => name)).toEqual(
    facts.get('pro')?.map(({ name }) => name),
  );
  expect(facts.get('free')?.every(({ than }) => than === 'same')).toBe(true);
  expect(facts.get('pro')).toEqual([
    { name: 'Requests a month', text: 'Unlimited', than: 'more' },
    { name: 'Requests a minute', text: '30', than: 'less' },
    { name: 'Past the month’s requests', text: 'Nothing changes', than: 'other' },
    { name: 'Support', text: 'Mail', than: 'other' },
    { name: 'SLA', text: '99.9 %', than: 'other' },
  ]);
  expect(facts.get('free')?.at(-1)).toMatchObject({ name: 'SLA', text: '—' });
});
