const stepsOfTen = [1, 2, 5, 10];

/** Round values from 0 up to the first one that is not below `max`, in whole steps, `stepsMax` of them at most. */
export function valueTicks(max: number, stepsMax = 4): number[] {
  const least = Math.max(max / stepsMax, 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = (stepsOfTen.find((each) => each * power >= least) ?? 10) * power;
  const count = Math.max(1, Math.ceil(max / step));
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}

/**
 * What values are drawn upon: `x` from 0 to the number of values, one unit a bucket; `y` from 0 at the top to 1 at the
 * foot, where `max` is the top.
 */
function heightOf(value: number, max: number): number {
  return rounded(1 - value / max);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/**
 * One path for all bars of a series.
 *
 * @param bases what stands below each bar
 * @param gap between two bars, in buckets
 */
export function barsPath(
  values: readonly number[],
  bases: readonly number[],
  max: number,
  gap: number,
): string {
  return values
    .map((value, at) => {
      if (value <= 0) return '';
      const base = bases[at] ?? 0;
      const left = rounded(at + gap / 2);
      return `M${left} ${heightOf(base, max)}V${heightOf(base + value, max)}H${rounded(left + 1 - gap)}V${heightOf(base, max)}Z`;
    })
    .join('');
}

/** A line through the middles of its buckets; it breaks where there is no value. */
export function linePath(values: readonly (number | null)[], max: number): string {
  return values
    .map((value, at) => {
      if (value === null) return '';
      const isFirst = values[at - 1] == null;
      const isAlone = isFirst && values[at + 1] == null;
      return `${isFirst ? 'M' : 'L'}${at + 0.5} ${heightOf(value, max)}${isAlone ? 'h0' : ''}`;
    })
    .join('');
}

/** The values of such a line that have no neighbours, which would hardly be seen. */
export function lonePointsPath(values: readonly (number | null)[], max: number): string {
  const isThere = (at: number): boolean => values[at] != null;
  return linePath(
    values.map((value, at) => (isThere(at - 1) || isThere(at + 1) ? null : value)),
    max,
  );
}

/** A line along the tops of bars; it breaks where there is no value. */
export function stepsPath(values: readonly (number | null)[], max: number): string {
  return values
    .map((value, at) => {
      if (value === null) return '';
      const y = heightOf(value, max);
      return values[at - 1] == null ? `M${at} ${y}H${at + 1}` : `V${y}H${at + 1}`;
    })
    .join('');
}

/** The bucket at a place. @param share of the width, from the left */
export function bucketAt(share: number, count: number): number {
  return Math.min(Math.max(Math.floor(share * count), 0), count - 1);
}
