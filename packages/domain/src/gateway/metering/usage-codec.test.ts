import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UsageRecord } from '../../usage/usage-record.ts';
import { usageOf } from './testing/spool.ts';
import { decodeEntries, UsageEncoder } from './usage-codec.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '/v1/漢字/😀', '\0', 'x'.repeat(5_000)),
);
const maybe = fc.option(text, { nil: null });
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });

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
  decision: fc.constant(null),
});

test('gives back what was told, whatever strangers have put into it', () => {
  fc.assert(
    fc.property(fc.array(records, { minLength: 1, maxLength: 5 }), (given) => {
      const encoder = new UsageEncoder(16);
      for (const [at, record] of given.entries()) {
        encoder.admission(at, record);
        encoder.completion(at, record);
        encoder.whole(record);
      }
      const entries = decodeEntries(encoder.bytes);
      for (const [at, record] of given.entries()) {
        const [admission, completion, whole] = entries.slice(at * 3);
        expect(admission).toMatchObject({ kind: 'admission', number: at });
        expect(completion).toMatchObject({ kind: 'completion', number: at });
        const parts = {
          ...(admission?.kind === 'admission' ? admission.admission : {}),
          ...(completion?.kind === 'completion' ? completion.outcome : {}),
        };
        expect(parts).toEqual(record);
        expect(whole).toEqual({ kind: 'whole', record });
      }
      expect(entries).toHaveLength(given.length * 3);
    }),
  );
});

test('a text that is longer than lengths can tell is cut, and the ones behind it are not', () => {
  const encoder = new UsageEncoder(16);
  encoder.whole(usageOf({ path: 'p'.repeat(100_000), userAgent: 'last' }));
  const [entry] = decodeEntries(encoder.bytes);
  if (entry?.kind !== 'whole') throw new Error('not whole');
  expect([entry.record.path.length, entry.record.userAgent]).toEqual([65_534, 'last']);
});
