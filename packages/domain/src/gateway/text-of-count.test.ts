import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textOfCount } from './text-of-count.ts';

it('writes numbers as JavaScript does', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (count) => {
      expect(textOfCount(count)).toBe(String(count));
    }),
  );
  for (const count of [
    0,
    999,
    1_000,
    1_001,
    999_999,
    1e6,
    1e18,
    -1,
    -1_000,
    0.5,
    1_000.5,
    Infinity,
    NaN,
  ]) {
    expect(textOfCount(count)).toBe(String(count));
  }
});
