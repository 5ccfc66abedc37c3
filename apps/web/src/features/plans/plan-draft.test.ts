import type { Plan } from '@apigate/contract';
import { expect, test } from 'vitest';
import { changesOf, creationOf, featuresText, newPlan, readPlanForm } from './plan-draft.ts';

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

test('reads amounts in cents, empty limits as unlimited, and a feature a line', () => {
  const draft = readPlanForm(
    formOf({
      name: ' Team ',
      price: '49.99',
      currency: 'eur',
      requestsPerMonth: '',
      rateLimitPerMinute: '300',
      enforcement: 'soft',
      overage: '0.5',
      enabled: 'on',
      features: 'support: e-mail, 9:00 to 17:00\n\nsso: yes',
    }),
  );
  expect(draft).toMatchObject({
    name: 'Team',
    priceMonthlyCents: 4999,
    currency: 'EUR',
    requestsPerMonth: null,
    rateLimitPerMinute: 300,
    overageCentsPer1000: 50,
    enabled: true,
    features: { support: 'e-mail, 9:00 to 17:00', sso: 'yes' },
  });
  expect(featuresText(draft.features)).toBe('support: e-mail, 9:00 to 17:00\nsso: yes');
  expect(creationOf(draft)).toMatchObject({ name: 'Team', requestsPerMonth: null });
  expect(creationOf(draft)).not.toHaveProperty('slug');
});

test('changes are what differs from the plan, and nothing else', () => {
  const plan = { ...newPlan, id: 'id', name: 'Team', slug: 'team', burst: 5 } as unknown as Plan;
  const draft = { ...newPlan, name: 'Team', slug: 'team', burst: null, rateLimitPerMinute: 30 };
  expect(changesOf(draft, plan)).toEqual({ burst: null, rateLimitPerMinute: 30 });
  expect(changesOf({ ...draft, burst: 5, rateLimitPerMinute: 60 }, plan)).toEqual({});
});
