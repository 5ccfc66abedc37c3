import { timeText } from '../../lib/time-text.ts';

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** The time of day to the second; the whole moment on hover. */
export function ClockTime({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={timeText(at)}>
      {clock.format(at)}
    </time>
  );
}
