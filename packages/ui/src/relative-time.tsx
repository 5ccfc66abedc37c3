import { useNow } from './use-now.ts';

const units = [
  { unit: 'year', ms: 365 * 24 * 3_600_000 },
  { unit: 'month', ms: 30 * 24 * 3_600_000 },
  { unit: 'day', ms: 24 * 3_600_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** How long ago, or how far off, a moment is; the exact one on hover. */
export function RelativeTime({ at }: { at: Date }) {
  const nowMs = useNow();
  return (
    <time dateTime={at.toISOString()} title={exact.format(at)}>
      {relativeTimeText(at.getTime() - nowMs)}
    </time>
  );
}

function relativeTimeText(distanceMs: number): string {
  for (const { unit, ms } of units) {
    if (Math.abs(distanceMs) >= ms) return relative.format(Math.trunc(distanceMs / ms), unit);
  }
  return distanceMs > 30_000 ? 'in a moment' : 'just now';
}
