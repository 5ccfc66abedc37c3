import { describe, expect, it } from 'vitest';
import { barsPath, bucketAt, linePath, lonePointsPath, stepsPath, valueTicks } from './scale.ts';

describe('valueTicks', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [5, [0, 2, 4, 6]],
    [97, [0, 50, 100]],
    [101, [0, 50, 100, 150]],
    [182_402, [0, 50_000, 100_000, 150_000, 200_000]],
  ])('covers 0 to %d in few round steps', (max, ticks) => {
    expect(valueTicks(max)).toEqual(ticks);
  });

  it('never takes more steps than it may, and never ends below the greatest value', () => {
    for (let max = 1; max < 3_000; max += 7) {
      const ticks = valueTicks(max);
      expect(ticks.length - 1).toBeLessThanOrEqual(4);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
    }
  });
});

describe('paths', () => {
  it('stand bars upon what is below them and leave out empty ones', () => {
    expect(barsPath([2, 0, 4], [0, 3, 4], 8, 0.2)).toBe('M0.1 1V0.75H0.9V1ZM2.1 0.5V0H2.9V0.5Z');
  });

  it('break lines where there is no value, and keep a value that stands alone', () => {
    expect(linePath([4, 8, null, 2, null], 8)).toBe('M0.5 0.5L1.5 0M3.5 0.75h0');
  });

  it('are told from their points without neighbours', () => {
    expect(lonePointsPath([4, 8, null, 2, null], 8)).toBe('M3.5 0.75h0');
  });

  it('follow the tops of bars', () => {
    expect(stepsPath([4, 8, null, 2], 8)).toBe('M0 0.5H1V0H2M3 0.75H4');
  });
});

it('finds the bucket below a pointer, also just outside', () => {
  expect([-0.1, 0, 0.49, 0.5, 1, 1.2].map((share) => bucketAt(share, 4))).toEqual([
    0, 0, 1, 2, 3, 3,
  ]);
});
