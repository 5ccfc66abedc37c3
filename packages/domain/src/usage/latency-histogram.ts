/**
 * Upper bounds of the buckets of a latency histogram, in microseconds; one more bucket takes what is above the last.
 * Up to 5 s a bucket is no wider than two thirds of its lower bound, at 29 numbers a row.
 */
export const latencyBucketBoundsUs = [
  500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 50_000,
  75_000, 100_000, 150_000, 200_000, 300_000, 500_000, 750_000, 1_000_000, 1_500_000, 2_000_000,
  3_000_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
] as const;

/** SQL for the histogram of several rows together. @param filter of an aggregate, ` filter (where …)` */
export function histogramSums(filter = ''): string {
  const ofBuckets = Array.from(
    { length: latencyBucketBoundsUs.length + 1 },
    (_, bucket) => `sum(latency_histogram[${bucket + 1}])${filter}`,
  );
  return `array[${ofBuckets.join(', ')}]::bigint[]`;
}

/**
 * The latency that a share of the requests did not exceed: the true value (the nearest rank) lies in the same bucket.
 *
 * @param share 0.95 for the 95th percentile
 * @returns milliseconds; above the last bound that bound; null for an empty histogram
 */
export function percentileMs(histogram: readonly number[], share: number): number | null {
  const count = histogram.reduce((sum, inBucket) => sum + inBucket, 0);
  if (count <= 0) return null;
  const rank = Math.max(1, Math.ceil(share * count));
  let below = 0;
  for (const [bucket, inBucket] of histogram.entries()) {
    if (below + inBucket >= rank) {
      const lowerUs = latencyBucketBoundsUs[bucket - 1] ?? 0;
      const upperUs = latencyBucketBoundsUs[bucket] ?? lowerUs;
      return Math.round(lowerUs + ((upperUs - lowerUs) * (rank - below)) / inBucket) / 1000;
    }
    below += inBucket;
  }
  return null;
}
