import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBuckets, type BucketDemand } from './token-buckets.ts';

const perMinute = fc.integer({ min: 1, max: 10_000 });
const capacity = fc.integer({ min: 1, max: 200 });
/** Milliseconds between one request and the next. */
const pauses = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 });

test('gives never more than the capacity and what was refilled, and never less', () => {
  fc.assert(
    fc.property(perMinute, capacity, pauses, (rate, size, waits) => {
      const buckets = new TokenBuckets();
      let nowMs = 0;
      let model = size;
      for (const wait of waits) {
        nowMs += wait;
        model = Math.min(size, model + (wait * rate) / 60_000);
        const verdict = buckets.take([{ id: 'u', perMinute: rate, capacity: size }], nowMs);
        // Where the two sums differ in their last digits only, either verdict will do.
        if (Math.abs(model - 1) > 1e-6) expect(verdict?.allowed).toBe(model >= 1);
        if (verdict?.allowed === true) model -= 1;
        expect(model).toBeGreaterThanOrEqual(-1e-6);
      }
    }),
  );
});

test('lets exactly the capacity through when all come at once', () => {
  const buckets = new TokenBuckets();
  const demand = { id: 'u', perMinute: 60, capacity: 60 };
  const verdicts = Array.from({ length: 61 }, () => buckets.take([demand], 1000));
  expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(60);
  expect(verdicts.map((verdict) => verdict?.remaining)).toEqual([
    ...Array.from({ length: 60 }, (_, at) => 59 - at),
    0,
  ]);
  expect(verdicts.at(-1)).toEqual({
    allowed: false,
    remaining: 0,
    perMinute: 60,
    retryAfterMs: 1000,
    fullAfterMs: 60_000,
  });
});

test('allows a request after the wait that it told, to the next millisecond', () => {
  fc.assert(
    fc.property(perMinute, capacity, pauses, (rate, size, waits) => {
      const buckets = new TokenBuckets();
      const demand = { id: 'u', perMinute: rate, capacity: size };
      let nowMs = 0;
      for (const wait of waits) {
        nowMs += wait % 50;
        const verdict = buckets.take([demand], nowMs);
        if (verdict === null || verdict.allowed) continue;
        nowMs += Math.ceil(verdict.retryAfterMs);
        if (buckets.take([demand], nowMs)?.allowed !== true) return false;
      }
      return true;
    }),
  );
});

test('takes of every bucket or of none', () => {
  const demands: BucketDemand[] = [
    { id: 'user', perMinute: 600, capacity: 10 },
    { id: 'key', perMinute: 60, capacity: 3 },
    { id: 'route', perMinute: 6, capacity: 5 },
  ];
  fc.assert(
    fc.property(fc.array(fc.subarray(demands), { maxLength: 60 }), (requests) => {
      const buckets = new TokenBuckets();
      const left = new Map(demands.map(({ id, capacity: size }) => [id, size]));
      for (const asked of requests) {
        const verdict = buckets.take(asked, 0);
        const expected = asked.every(({ id }) => (left.get(id) ?? 0) >= 1);
        if (asked.length === 0) {
          expect(verdict).toBeNull();
          continue;
        }
        expect(verdict?.allowed).toBe(expected);
        if (expected) for (const { id } of asked) left.set(id, (left.get(id) ?? 0) - 1);
      }
    }),
  );
});

test('tells the numbers of the tightest bucket', () => {
  const buckets = new TokenBuckets();
  const demands = [
    { id: 'user', perMinute: 60, capacity: 60 },
    { id: 'key', perMinute: 6, capacity: 2 },
  ];
  expect(buckets.take(demands, 0)).toMatchObject({ allowed: true, remaining: 1, perMinute: 6 });
  buckets.take(demands, 0);
  expect(buckets.take(demands, 0)).toMatchObject({
    allowed: false,
    perMinute: 6,
    retryAfterMs: 10_000,
  });
  // The user's bucket has lost nothing to the request that the key's refused.
  expect(buckets.take(demands.slice(0, 1), 0)).toMatchObject({ remaining: 57 });
});

test('tells what buckets hold without taking of them', () => {
  const buckets = new TokenBuckets();
  const demand = { id: 'u', perMinute: 60, capacity: 2 };
  expect([1, 2, 3].map(() => buckets.peek([demand], 0)?.remaining)).toEqual([2, 2, 2]);
  buckets.take([demand], 0);
  expect(buckets.peek([demand], 0)).toMatchObject({ remaining: 1, fullAfterMs: 1000 });
  expect(buckets.peek([demand], 1000)).toMatchObject({ remaining: 2, fullAfterMs: 0 });
  expect(buckets.peek([], 0)).toBeNull();
});

test('binds at once by a limit that was lowered', () => {
  const buckets = new TokenBuckets();
  buckets.take([{ id: 'u', perMinute: 600, capacity: 600 }], 0);
  const lowered = { id: 'u', perMinute: 2, capacity: 2 };
  const verdicts = [1, 2, 3].map(() => buckets.take([lowered], 0)?.allowed);
  expect(verdicts).toEqual([true, true, false]);
});

test('forgets no debt when it lets go of full buckets', () => {
  const buckets = new TokenBuckets();
  const slow = { id: 'slow', perMinute: 1, capacity: 3 };
  for (let at = 0; at < 3; at += 1) buckets.take([slow], 0);
  for (let nowMs = 60_000; nowMs <= 180_000; nowMs += 60_000) {
    buckets.take([{ id: `other-${nowMs}`, perMinute: 60, capacity: 60 }], nowMs);
  }
  // Three minutes gave three tokens, and no fourth.
  const verdicts = [1, 2, 3, 4].map(() => buckets.take([slow], 180_000)?.allowed);
  expect(verdicts).toEqual([true, true, true, false]);
});
