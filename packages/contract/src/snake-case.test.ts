import { expect, test } from 'vitest';
import { snakeCase, snakeCaseName } from './snake-case.ts';

test.for([
  ['id', 'id'],
  ['priceMonthlyCents', 'price_monthly_cents'],
  ['overageCentsPer1000', 'overage_cents_per_1000'],
  ['2xx', '2xx'],
  ['p95', 'p95'],
] as const)('%s is written %s', ([name, written]) => {
  expect(snakeCaseName(name)).toBe(written);
});

test('names change at every depth, values and the keys of user data stay', () => {
  const createdAt = new Date(0);
  expect(
    snakeCase({
      nextCursor: null,
      data: [{ planId: 'aB', metadata: { companySize: 'aB' }, createdAt }],
    }),
  ).toEqual({
    next_cursor: null,
    data: [{ plan_id: 'aB', metadata: { companySize: 'aB' }, created_at: createdAt }],
  });
});
