import fc from 'fast-check';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { counterMemory } from './counter-table.ts';
import type { AccountDemand, BucketDemand } from './counters.ts';
import { SharedCounters } from './shared-counters.ts';

const month = '2026-11-01';
const perMinute = fc.integer({ min: 1, max: 10_000 });
const capacity = fc.integer({ min: 1, max: 200 });
/** Milliseconds between one request and the next. */
const pauses = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 });

/** Counters whose clock stands where it was put. */
function counters(countersMax = 1_000) {
  const clock = { ms: 0 };
  const shared = new SharedCounters({
    memory: counterMemory(countersMax),
    clock: () => clock.ms,
  });
  return { clock, shared, take: (...demands: BucketDemand[]) => shared.take(demands, null).rate };
}

function account(units: number, limit: number | null, userId = 'u'): AccountDemand {
  return { userId, periodStart: month, units, limit, enforcement: 'hard' };
}

test('gives never more than the capacity and what was refilled, and never less', () => {
  fc.assert(
    fc.property(perMinute, capacity, pauses, (rate, size, waits) => {
      const { clock, take } = counters();
      let model = size;
      for (const wait of waits) {
        clock.ms += wait;
        model = Math.min(size, model + (wait * rate) / 60_000);
        const verdict = take({ id: 'u', perMinute: rate, capacity: size });
        // Where the two sums differ in their last digits only, either verdict will do.
        if (Math.abs(model - 1) > 1e-6) expect(verdict?.allowed).toBe(model >= 1);
        if (verdict?.allowed === true) model -= 1;
        expect(model).toBeGreaterThanOrEqual(-1e-6);
      }
    }),
  );
});

test('lets exactly the capacity through when all come at once', () => {
  const { take } = counters();
  const demand = { id: 'u', perMinute: 60, capacity: 60 };
  const verdicts = Array.from({ length: 61 }, () => take(demand));
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
      const { clock, take } = counters();
      const demand = { id: 'u', perMinute: rate, capacity: size };
      for (const wait of waits) {
        clock.ms += wait % 50;
        const verdict = take(demand);
        if (verdict === null || verdict.allowed) continue;
        clock.ms += Math.ceil(verdict.retryAfterMs);
        if (take(demand)?.allowed !== true) return false;
      }
      return true;
    }),
  );
});

test('tells the numbers of the tightest bucket', () => {
  const { take } = counters();
  const demands = [
    { id: 'user', perMinute: 60, capacity: 60 },
    { id: 'key', perMinute: 6, capacity: 2 },
  ] as const;
  expect(take(...demands)).toMatchObject({ allowed: true, remaining: 1, perMinute: 6 });
  take(...demands);
  expect(take(...demands)).toMatchObject({ allowed: false, perMinute: 6, retryAfterMs: 10_000 });
  // The user's bucket has lost nothing to the request that the key's refused.
  expect(take(demands[0])).toMatchObject({ remaining: 57 });
});

test('tells what there is without taking of it', () => {
  const { clock, shared, take } = counters();
  const demand = { id: 'u', perMinute: 60, capacity: 2 };
  const peek = () => shared.peek([demand], null).rate;
  expect([1, 2, 3].map(() => peek()?.remaining)).toEqual([2, 2, 2]);
  take(demand);
  expect(peek()).toMatchObject({ remaining: 1, fullAfterMs: 1000 });
  clock.ms = 1000;
  expect(peek()).toMatchObject({ remaining: 2, fullAfterMs: 0 });
  expect(shared.peek([], account(1, 10))).toEqual({
    refusedBy: null,
    rate: null,
    quota: { allowed: true, limit: 10, used: 0 },
  });
});

test('binds at once by a limit that was lowered', () => {
  const { take } = counters();
  take({ id: 'u', perMinute: 600, capacity: 600 });
  const lowered = { id: 'u', perMinute: 2, capacity: 2 };
  expect([1, 2, 3].map(() => take(lowered)?.allowed)).toEqual([true, true, false]);
});

test('a clock that is read a little late in another thread neither gives nor takes tokens', () => {
  const { clock, take } = counters();
  const demand = { id: 'u', perMinute: 60, capacity: 2 };
  clock.ms = 1000;
  take(demand);
  clock.ms = 999;
  expect(take(demand)).toMatchObject({ allowed: true, remaining: 0 });
  clock.ms = 2000;
  expect([take(demand)?.allowed, take(demand)?.allowed]).toEqual([true, false]);
});

test('takes tokens and units together or nothing of either', () => {
  const bucketIds = fc.subarray(['user', 'key', 'route']);
  const sizes: Record<string, number> = { user: 10, key: 3, route: 5 };
  const requests = fc.array(fc.tuple(bucketIds, fc.integer({ min: 0, max: 4 })), { maxLength: 60 });
  fc.assert(
    fc.property(requests, fc.nat({ max: 30 }), (asked, limit) => {
      const { shared } = counters();
      const left = new Map(Object.entries(sizes));
      let used = 0;
      for (const [ids, units] of asked) {
        const demands = ids.map((id) => ({ id, perMinute: 60, capacity: sizes[id] ?? 0 }));
        const { refusedBy, quota } = shared.take(demands, account(units, limit));
        const hasTokens = ids.every((id) => (left.get(id) ?? 0) >= 1);
        const hasUnits = units === 0 || used + units <= limit;
        expect(refusedBy).toBe(hasTokens ? (hasUnits ? null : 'quota') : 'rate');
        if (refusedBy === null) {
          for (const id of ids) left.set(id, (left.get(id) ?? 0) - 1);
          used += units;
        }
        expect(quota).toEqual({ allowed: hasUnits, limit, used });
      }
    }),
  );
});

test('counts what the database knows together with what is on its way there', () => {
  const { shared } = counters();
  shared.open('u', month, 5);
  shared.take([], account(3, 10));
  shared.take([], account(1, 10));
  shared.settle('u', month, 3, 8);
  expect(shared.used('u', month)).toBe(9);
  // Another proxy has counted two more meanwhile.
  shared.settle('u', month, 1, 11);
  expect(shared.take([], account(1, 10)).quota).toEqual({ allowed: false, limit: 10, used: 11 });
});

test('threads that settle out of the order of their commits count nothing twice', () => {
  const { shared } = counters();
  shared.take([], account(4, null));
  shared.take([], account(6, null));
  // The database took the 6 first, and we hear of the 4 first.
  shared.settle('u', month, 4, 10);
  expect(shared.used('u', month)).toBe(10);
  shared.settle('u', month, 6, 6);
  expect(shared.used('u', month)).toBe(10);
});

test('gives back what came to cost nothing', () => {
  const { shared } = counters();
  shared.take([], account(10, 10));
  shared.release('u', month, 10);
  expect(shared.take([], account(10, 10)).refusedBy).toBeNull();
});

test('lets a soft quota be passed and an unlimited one count', () => {
  const { shared } = counters();
  const soft = { ...account(11, 10), enforcement: 'soft' } as const;
  expect(shared.take([], soft).quota).toEqual({ allowed: true, limit: 10, used: 11 });
  expect(shared.take([], account(11, null, 'v')).quota).toMatchObject({ allowed: true, used: 11 });
});

test('an answer of the database that is older than what was heard since changes nothing', () => {
  const { shared } = counters();
  shared.take([], account(3, null));
  shared.open('u', month, 0);
  expect(shared.used('u', month)).toBe(3);
  shared.settle('u', month, 3, 3);
  shared.open('u', month, 0);
  expect(shared.used('u', month)).toBe(3);
  shared.open('u', month, 9);
  expect(shared.used('u', month)).toBe(9);
});

test('counts what an earlier process left unstored, beside what the database had', () => {
  const { shared } = counters();
  shared.recover('u', month, 8);
  shared.open('u', month, 90);
  expect(shared.used('u', month)).toBe(98);
  expect(shared.take([], account(3, 100)).refusedBy).toBe('quota');
  shared.settle('u', month, 8, 98);
  expect(shared.used('u', month)).toBe(98);
});

test('counts what a thread left unstored only once, because the memory outlived it', () => {
  const memory = counterMemory(28);
  new SharedCounters({ memory, owner: 1 }).take([], account(8, null));
  const next = new SharedCounters({ memory, owner: 2, knowsUnstored: true });
  next.recover('u', month, 8);
  expect(next.used('u', month)).toBe(8);
  next.settle('u', month, 8, 8);
  expect(next.used('u', month)).toBe(8);
});

test('users and periods have accounts of their own', () => {
  const { shared } = counters();
  shared.take([], account(10, 10));
  expect(shared.take([], account(1, 10, 'v')).refusedBy).toBeNull();
  const next = { ...account(1, 10), periodStart: '2026-12-01' };
  expect(shared.take([], next).refusedBy).toBeNull();
});

test('counts as simple maps would, whatever is asked of it in whatever order', () => {
  const ids = ['a', 'b', 'c'].map(() => v7());
  const user = fc.constantFrom(...ids);
  const units = fc.integer({ min: 0, max: 5 });
  const step = fc.oneof(
    fc.record({ act: fc.constant('take' as const), user, units }),
    fc.record({ act: fc.constant('release' as const), user, units }),
    fc.record({ act: fc.constant('settle' as const), user, units }),
    fc.record({ act: fc.constant('wait' as const), user, units }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { clock, shared } = counters(28);
      const used = new Map<string, number>();
      const unstored = new Map<string, number>();
      const tokens = new Map<string, number>();
      for (const { act, user: id, units: asked } of steps) {
        const owed = unstored.get(id) ?? 0;
        const some = Math.min(asked, owed);
        if (act === 'wait') {
          clock.ms += asked * 1000;
          for (const [key, left] of tokens) tokens.set(key, Math.min(4, left + asked));
        } else if (act === 'take') {
          const demand = { id: `u:${id}`, perMinute: 60, capacity: 4 };
          const verdict = shared.take([demand], account(asked, 20, id));
          const has = (used.get(id) ?? 0) + asked <= 20 || asked === 0;
          const left = tokens.get(id) ?? 4;
          expect(verdict.refusedBy).toBe(left < 1 ? 'rate' : has ? null : 'quota');
          if (verdict.refusedBy !== null) continue;
          tokens.set(id, left - 1);
          used.set(id, (used.get(id) ?? 0) + asked);
          unstored.set(id, owed + asked);
        } else {
          unstored.set(id, owed - some);
          if (act === 'release') {
            shared.release(id, month, some);
            used.set(id, (used.get(id) ?? 0) - some);
          } else shared.settle(id, month, some, (used.get(id) ?? 0) - owed + some);
        }
        expect(shared.used(id, month)).toBe(used.get(id) ?? 0);
      }
    }),
  );
});

test('a table that is full makes room by what is closest to nothing, and never by an account in use', () => {
  const { clock, shared } = counters(28);
  const owing = Array.from({ length: 14 }, () => v7());
  for (const id of owing) expect(shared.take([], account(1, 10, id)).refusedBy).toBeNull();
  for (let at = 0; at < 1_000; at += 1) {
    clock.ms += 1;
    const { refusedBy } = shared.take([{ id: `u:${v7()}`, perMinute: 60, capacity: 2 }], null);
    expect(refusedBy).toBeNull();
  }
  expect(owing.map((id) => shared.used(id, month))).toEqual(owing.map(() => 1));
});

test('refuses what cannot be counted when all room is taken by accounts in use', () => {
  const { shared } = counters(28);
  const verdicts = Array.from({ length: 40 }, () => shared.take([], account(1, 10, v7())));
  const counted = verdicts.filter(({ refusedBy }) => refusedBy === null);
  expect(counted.length).toBeGreaterThanOrEqual(14);
  expect(counted.length).toBeLessThanOrEqual(28);
  expect(verdicts.at(-1)).toEqual({ refusedBy: 'room', rate: null, quota: null });
});

test('accounts of periods long over give way once they owe nothing, and not before', () => {
  const { shared } = counters(28);
  const old = Array.from({ length: 28 }, () => v7());
  const takes = old.filter((id) => shared.take([], account(1, 10, id)).refusedBy === null);
  const kept = takes[0] ?? '';
  for (const id of takes.slice(1)) shared.settle(id, month, 1, 1);
  for (let at = 0; at < 28; at += 1) {
    shared.take([], { ...account(1, 10, v7()), periodStart: '2027-01-01' });
  }
  expect(shared.used(kept, month)).toBe(1);
  expect(takes.slice(1).filter((id) => shared.used(id, month) > 0).length).toBeLessThan(
    takes.length - 1,
  );
});

test('what a thread held when it died can be freed, and by nobody else', () => {
  const memory = counterMemory(28);
  const words = new Int32Array(memory);
  const counted = new SharedCounters({ memory, owner: 2 });
  counted.take([], account(1, 10));
  // As if thread 1 had died while it held every lock: they are the first words of the groups.
  for (const word of [16, 16 + 240]) words[word] = 1;
  counted.freeLocksOf(3);
  expect([words[16], words[16 + 240]]).toEqual([1, 1]);
  counted.freeLocksOf(1);
  expect(counted.take([], account(1, 10)).quota?.used).toBe(2);
});
