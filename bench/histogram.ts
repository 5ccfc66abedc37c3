const subBucketBits = 6;
const subBuckets = 2 ** subBucketBits;
const octaves = 26;
const longestUs = 2 ** 31 - 1;

/** Counts durations in buckets whose width grows with them: no figure is off by more than 1.6 %. */
export class Histogram {
  readonly #counts = new Float64Array(subBuckets * octaves);
  #total = 0;
  #maxUs = 0;

  get total(): number {
    return this.#total;
  }

  get maxUs(): number {
    return this.#maxUs;
  }

  record(us: number): void {
    const whole = Math.min(Math.max(0, Math.round(us)), longestUs);
    const at = Math.min(bucketOf(whole), this.#counts.length - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total += 1;
    if (whole > this.#maxUs) this.#maxUs = whole;
  }

  /** The duration that a part of all was not above, in microseconds. @param share from 0 to 1 */
  percentileUs(share: number): number {
    const wanted = Math.ceil(this.#total * share);
    let seen = 0;
    for (const [at, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= wanted) return Math.min(upperEdgeOf(at), this.#maxUs);
    }
    return this.#maxUs;
  }
}

/** Up to 128 each value has its own bucket, then two share one, then four, and so on. */
function bucketOf(value: number): number {
  if (value < 2 * subBuckets) return value;
  const shift = 31 - Math.clz32(value) - subBucketBits;
  return shift * subBuckets + (value >>> shift);
}

function upperEdgeOf(bucket: number): number {
  if (bucket < 2 * subBuckets) return bucket;
  const shift = Math.floor(bucket / subBuckets) - 1;
  return (bucket - shift * subBuckets + 1) * 2 ** shift - 1;
}
