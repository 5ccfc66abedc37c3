import type { Decision } from '@apigate/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageRecord } from '../../usage/usage-record.ts';
import { EncodedUsage } from './encoded-usage.ts';
import { recordsOf, usageOf } from './testing/spool.ts';
import { readEntries, UsageEncoder } from './usage-codec.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '/v1/漢字/😀', '\0', 'x'.repeat(5_000)),
);
const maybe = fc.option(text, { nil: null });
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });

const refusal: Decision = [
  { rule: 'route', passed: true, methods: [], host: null, path: '/v1/漢字/{}"*' },
  { rule: 'credential', passed: true },
];

const records: fc.Arbitrary<UsageRecord> = fc.record({
  id: fc.uuid(),
  atMs: count,
  userId: maybe,
  keyId: maybe,
  planId: maybe,
  routeId: maybe,
  method: text,
  path: text,
  periodStart: maybe,
  ip: maybe,
  userAgent: maybe,
  status: fc.integer({ min: 0, max: 599 }),
  refusalCode: fc.constantFrom(null, 'rate_limited' as const, 'overloaded' as const),
  units: count,
  bytesIn: count,
  bytesOut: count,
  latencyUs: count,
  upstreamLatencyUs: fc.option(count, { nil: null }),
  decision: fc.constantFrom(null, refusal),
});

/** What was admitted, as it is recorded if nothing follows, and what was completed, in their order. */
function decoded(bytes: Buffer) {
  const open = new Map<number, string>();
  const admitted = new EncodedUsage();
  const completed = new EncodedUsage();
  readEntries(bytes, {
    onAdmission: (number, of, from, to) => {
      const admission = of.toString('latin1', from, to);
      open.set(number, admission);
      admitted.addAborted(admission);
    },
    onCompletion: (number, of, from, to) => completed.add(open.get(number) ?? '', of, from, to),
    onWhole: (of, from, to) => completed.addWhole(of, from, to),
  });
  return { admitted: recordsOf(admitted), completed: recordsOf(completed) };
}

test('gives back what was told, whatever strangers have put into it', () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1, maxLength: 5 }), (given) => {
      const encoder = new UsageEncoder(16);
      for (const [at, record] of given.entries()) {
        encoder.admission(at, record);
        encoder.completion(at, record);
        encoder.whole(record);
      }
      const { admitted, completed } = decoded(encoder.bytes);
      expect(completed).toEqual(given.flatMap((record) => [record, record]));
      expect(admitted).toEqual(
        given.map((record) => ({
          ...record,
          status: 499,
          refusalCode: null,
          units: 0,
          bytesIn: 0,
          bytesOut: 0,
          latencyUs: 0,
          upstreamLatencyUs: null,
          decision: null,
        })),
      );
    }),
  );
});

test('a text that is longer than lengths can tell is cut, and the ones behind it are not', () => {
  const encoder = new UsageEncoder(16);
  encoder.whole(usageOf({ path: 'p'.repeat(100_000), userAgent: 'last' }));
  const [record] = decoded(encoder.bytes).completed;
  expect([record?.path.length, record?.userAgent]).toEqual([65_534, 'last']);
});
