import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latencyBucketBoundsUs, percentileMs } from './latency-histogram.ts';

const bucketOf = (latencyUs: number) => {
  const at = latencyBucketBoundsUs.findIndex((bound) => latencyUs < bound);
  return at === -1 ? latencyBucketBoundsUs.length : at;
};

function histogramOf(latencies: readonly number[]): number[] {
  const histogram = Array.from({ length: latencyBucketBoundsUs.length + 1 }, () => 0);
  for (const latencyUs of latencies) {
    const bucket = bucketOf(latencyUs);
    histogram[bucket] = (histogram[bucket] ?? 0) + 1;
  }
  return histogram;
}

test('a percentile lies in the bucket of the true one, also of several histograms together', () => {
  const latencies = fc.array(fc.integer({ min: 0, max: 70_000_000 }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(latencies, latencies, fc.constantFrom(0.5, 0.95, 0.99), (a, b, share) => {
      const [one, other] = [histogramOf(a), histogramOf(b)];
      const merged = one.map((count, at) => count + (other[at] ?? 0));
      const sorted = [...a, ...b].toSorted((x, y) => x - y);
      const truth = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
      const estimateUs = (percentileMs(merged, share) ?? Number.NaN) * 1000;
      const bucket = bucketOf(truth);
      expect(estimateUs).toBeGreaterThanOrEqual(latencyBucketBoundsUs[bucket - 1] ?? 0);
      expect(estimateUs).toBeLessThanOrEqual(latencyBucketBoundsUs[bucket] ?? 60_000_000);
    }),
  );
});

test('up to 5 s a bucket is no wider than two thirds of where it begins', () => {
  const bounds = latencyBucketBoundsUs.filter((bound) => bound <= 5_000_000);
  const widths = bounds.slice(1).map((upper, at) => upper / (bounds[at] ?? 0) - 1);
  expect(Math.max(...widths)).toBeLessThanOrEqual(0.67);
});

test('there is no percentile of nothing', () => {
  expect(percentileMs([], 0.5)).toBeNull();
  expect(percentileMs(histogramOf([]), 0.99)).toBeNull();
});
