import { expect, test } from 'vitest';
import { traceIdOf } from './trace-id.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

test.each([
  [`00-${trace}-00f067aa0ba902b7-01`, trace],
  [`cc-${trace}-00f067aa0ba902b7-01-what-will-come`, trace],
  [undefined, null],
  ['', null],
  [`ff-${trace}-00f067aa0ba902b7-01`, null],
  [`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`, null],
  [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, null],
  [`00-${trace}-${'0'.repeat(16)}-01`, null],
  [`00-${trace}-00f067aa0ba902b7-01\n`, null],
  [`00-${trace}-00f067aa0ba902b7-01, 00-x`, null],
])('the trace of %j is %j', (traceparent, id) => {
  expect(traceIdOf(traceparent)).toBe(id);
});
