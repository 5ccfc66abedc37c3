let second = -1;
let text = '';

/** The time as a `Date` field has it (RFC 9110 §5.6.7); made anew once a second. */
export function httpDate(nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  if (now !== second) {
    second = now;
    text = new Date(nowMs).toUTCString();
  }
  return text;
}
