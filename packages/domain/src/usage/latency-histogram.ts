/**
 * Upper bounds of the buckets of a latency histogram, in microseconds; one more bucket takes what is above the last.
 * Steps of about 1.5 keep a percentile within a quarter of its true value at 29 numbers a row.
 */
export const latencyBucketBoundsUs = [
  500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 50_000,
  75_000, 100_000, 150_000, 200_000, 300_000, 500_000, 750_000, 1_000_000, 1_500_000, 2_000_000,
  3_000_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
] as const;
