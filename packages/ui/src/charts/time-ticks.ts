const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Where a moment stands under an axis. */
export interface TimeTick {
  /** The bucket below which it stands. */
  at: number;
  label: string;
}

/** Days are those of UTC, as they are counted; hours are told in the time of whoever looks. */
function zoneOf(stepMs: number, timeZone: string | undefined): string | undefined {
  return stepMs >= dayMs ? 'UTC' : timeZone;
}

/**
 * Round moments under an axis: hours of the day, days, first days of months.
 *
 * @param times when each bucket begins, in ms
 * @param stepMs how long a bucket is
 * @param timeZone of whoever looks; left out, that of the browser
 */
export function timeTicks(
  times: readonly number[],
  stepMs: number,
  { countMax = 8, timeZone }: { countMax?: number; timeZone?: string } = {},
): TimeTick[] {
  const zone = zoneOf(stepMs, timeZone);
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    hour: 'numeric',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const moments = times.map((time, at) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
    return {
      at,
      hour: Number(part('hour')),
      day: Number(part('day')),
      dayText: `${part('day')} ${part('month')}`,
      monthText: part('month') === 'Jan' ? part('year') : part('month'),
    };
  });
  type Moment = (typeof moments)[number];
  const dayStarts = moments.filter(({ hour }) => stepMs >= dayMs || hour === 0);
  const monthStarts = dayStarts.filter(({ day }) => day === 1);
  const nth = (of: readonly Moment[], step: number) => of.filter((_, at) => at % step === 0);
  const ofDay = ({ at, dayText }: Moment) => ({ at, label: dayText });
  const ofMonth = ({ at, monthText }: Moment) => ({ at, label: monthText });
  const ofHour = ({ at, hour, dayText }: Moment) => ({
    at,
    label: hour === 0 ? dayText : `${String(hour).padStart(2, '0')}:00`,
  });

  const hourly = stepMs >= dayMs ? [] : [1, 2, 3, 6, 12];
  const candidates = [
    ...hourly.map((step) => moments.filter(({ hour }) => hour % step === 0).map(ofHour)),
    ...[1, 2, 3, 7, 14].map((step) => nth(dayStarts, step).map(ofDay)),
    ...[1, 2, 3, 6].map((step) => nth(monthStarts, step).map(ofMonth)),
  ];
  return candidates.find((ticks) => ticks.length > 0 && ticks.length <= countMax) ?? [];
}

/** A bucket in words: "Sat, 21 Nov 2026", "Sat 21 Nov, 14:00–15:00". */
export function bucketText(atMs: number, stepMs: number, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone: zoneOf(stepMs, timeZone),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  };
  if (stepMs >= dayMs) {
    return new Intl.DateTimeFormat('en-GB', { ...options, year: 'numeric' }).format(atMs);
  }
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
  });
  const day = new Intl.DateTimeFormat('en-GB', options).format(atMs);
  return `${day}, ${time.format(atMs)}–${time.format(atMs + stepMs)}`;
}

/** A stretch of buckets in words: "21 Nov, 17:00 to 22 Nov, 17:00", "Sun, 1 Nov 2026 to Sat, 21 Nov 2026". */
export function stretchText(
  firstMs: number,
  lastMs: number,
  stepMs: number,
  timeZone?: string,
): string {
  if (stepMs >= dayMs) return `${bucketText(firstMs, stepMs)} to ${bucketText(lastMs, stepMs)}`;
  const moment = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return `${moment.format(firstMs)} to ${moment.format(lastMs + stepMs)}`;
}
