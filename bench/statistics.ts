/** The middle of some figures, how far they reach, and where the middle of many such samples would lie. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  /** The 95 % interval of the median, by bootstrap. */
  low: number;
  high: number;
}

const resamples = 2_000;
const seed = 1;

/** @throws Error when there are no figures */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) {
    throw new Error('There are no figures to take the middle of.');
  }
  const random = randomFrom(seed);
  const medians = Array.from({ length: resamples }, () =>
    medianOf(
      sorted.map(() => sorted[Math.floor(random() * sorted.length)] ?? min).sort((a, b) => a - b),
    ),
  ).sort((a, b) => a - b);
  return {
    median: medianOf(sorted),
    min,
    max,
    low: medians[Math.floor(resamples * 0.025)] ?? min,
    high: medians[Math.ceil(resamples * 0.975) - 1] ?? max,
  };
}

/** The figure that `share` of them do not exceed. @param share from 0 to 1 */
export function percentileOf(figures: readonly number[], share: number): number {
  return figures.toSorted((a, b) => a - b)[Math.ceil(share * figures.length) - 1] ?? NaN;
}

function medianOf(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}

/** Numbers from 0 up to 1 that are the same in every run (mulberry32). */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
