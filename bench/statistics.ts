/** The middle of some figures, and how far they reach. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** @throws Error when there are no figures */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  const min = sorted[0];
  const max = sorted.at(-1);
  if (upper === undefined || lower === undefined || min === undefined || max === undefined) {
    throw new Error('There are no figures to take the middle of.');
  }
  return { median: (lower + upper) / 2, min, max };
}
