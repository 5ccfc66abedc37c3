const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** A moment to the second, in the time of this browser, with its zone. */
export function timeText(at: Date): string {
  return exact.format(at);
}

/** A day in the time of this browser: 31 Jan 2027. */
export function dateText(at: Date): string {
  return day.format(at);
}
