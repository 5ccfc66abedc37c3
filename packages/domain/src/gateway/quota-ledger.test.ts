import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QuotaLedger } from './quota-ledger.ts';

const month = '2026-11-01';

test('lets exactly as many units through as are left, all of a request or nothing', () => {
  const costs = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 });
  fc.assert(
    fc.property(fc.nat({ max: 500 }), fc.nat({ max: 500 }), costs, (limit, stored, requests) => {
      const ledger = new QuotaLedger();
      ledger.open('u', month, stored);
      let used = stored;
      for (const units of requests) {
        const verdict = ledger.take('u', month, units, limit, 'hard');
        expect(verdict.allowed).toBe(units === 0 || used + units <= limit);
        if (verdict.allowed) used += units;
        expect(verdict).toMatchObject({ limit, used });
      }
    }),
  );
});

test('counts what the database knows together with what is on its way there', () => {
  const ledger = new QuotaLedger();
  ledger.open('u', month, 5);
  ledger.take('u', month, 3, 10, 'hard');
  ledger.take('u', month, 1, 10, 'hard');
  ledger.settle('u', month, 3, 8);
  expect(ledger.used('u', month)).toBe(9);
  // Another proxy has counted two more meanwhile.
  ledger.settle('u', month, 1, 11);
  expect(ledger.take('u', month, 1, 10, 'hard')).toEqual({ allowed: false, limit: 10, used: 11 });
});

test('gives back what came to cost nothing', () => {
  const ledger = new QuotaLedger();
  ledger.take('u', month, 10, 10, 'hard');
  ledger.release('u', month, 10);
  expect(ledger.take('u', month, 10, 10, 'hard').allowed).toBe(true);
});

test('lets a soft quota be passed and an unlimited one count', () => {
  const ledger = new QuotaLedger();
  expect(ledger.take('u', month, 11, 10, 'soft')).toEqual({ allowed: true, limit: 10, used: 11 });
  expect(ledger.take('v', month, 11, null, 'hard')).toMatchObject({ allowed: true, used: 11 });
});

test('an answer of the database that is older than what was heard since changes nothing', () => {
  const ledger = new QuotaLedger();
  ledger.take('u', month, 3, null, 'hard');
  ledger.open('u', month, 0);
  expect(ledger.used('u', month)).toBe(3);
  ledger.settle('u', month, 3, 3);
  ledger.open('u', month, 0);
  expect(ledger.used('u', month)).toBe(3);
  ledger.open('u', month, 9);
  expect(ledger.used('u', month)).toBe(9);
});

test('users and periods have accounts of their own', () => {
  const ledger = new QuotaLedger();
  ledger.take('u', month, 10, 10, 'hard');
  expect(ledger.take('v', month, 1, 10, 'hard').allowed).toBe(true);
  expect(ledger.take('u', '2026-12-01', 1, 10, 'hard').allowed).toBe(true);
});

test('lets go of past periods that owe nothing', () => {
  const ledger = new QuotaLedger();
  ledger.open('done', month, 5);
  ledger.take('owing', month, 5, null, 'hard');
  ledger.open('now', '2026-12-01', 5);
  ledger.forgetBefore('2026-12-01');
  expect([ledger.used('done', month), ledger.used('owing', month)]).toEqual([0, 5]);
  expect(ledger.used('now', '2026-12-01')).toBe(5);
});
