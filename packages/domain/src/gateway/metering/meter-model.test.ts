import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildUser } from '../../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../../testing/test-domain.ts';
import { copySpool, period, startMeter, waitUntil, type TestMeter } from './testing/metering.ts';
import { temporaryFolder, usageOf } from './testing/spool.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('admit' as const), units: fc.nat({ max: 3 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('complete' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('endTurn' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ship' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('loseAnswer' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('toggleDatabase' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

/** What has to become of a request. */
interface Known {
  units: number;
  isCompleted: boolean;
  isOnDisk: boolean;
  isCompletionOnDisk: boolean;
}

test('whatever crashes and whatever is lost on the way, what was said is one event', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      using dirs = new DisposableStack();
      const newDir = () => dirs.use(temporaryFolder()).path;
      const userId = (await buildUser(domain)).id;
      let dir = newDir();
      const options = { segmentBytesMax: 1_500, shipEveryMs: 1 };
      let own: TestMeter = await startMeter(domain.db, dir, options);
      const crashed: TestMeter[] = [];
      const known = new Map<string, Known>();
      let open: { usage: ReturnType<typeof usageOf>; number: number | null }[] = [];

      const endTurn = (): void => {
        expect(own.meter.endTurn()).toBe(true);
        for (const of of known.values()) {
          of.isOnDisk = true;
          of.isCompletionOnDisk = of.isCompleted;
        }
      };
      for (const of of steps) {
        if (of.do === 'admit') {
          const usage = usageOf({ userId, periodStart: period, units: of.units });
          own.ledger.take([], {
            userId,
            periodStart: period,
            units: of.units,
            limit: null,
            enforcement: 'hard',
          });
          open.push({ usage, number: own.meter.admit(usage) });
          const state = { isCompleted: false, isOnDisk: false, isCompletionOnDisk: false };
          known.set(usage.id, { units: of.units, ...state });
        } else if (of.do === 'complete') {
          const found = open[of.which % Math.max(open.length, 1)];
          const state = found === undefined ? undefined : known.get(found.usage.id);
          if (found === undefined || state === undefined) continue;
          own.meter.record(found.usage, found.number);
          open = open.filter((other) => other !== found);
          state.isCompleted = true;
        } else if (of.do === 'refuse') {
          const usage = usageOf({
            userId,
            periodStart: period,
            units: 0,
            refusalCode: 'rate_limited',
          });
          own.meter.record(usage);
          const state = { isCompleted: true, isOnDisk: false, isCompletionOnDisk: false };
          known.set(usage.id, { units: 0, ...state });
        } else if (of.do === 'endTurn') endTurn();
        else if (of.do === 'loseAnswer') own.db.lostAnswers += 1;
        else if (of.do === 'toggleDatabase') own.db.isAway = !own.db.isAway;
        else if (of.do === 'ship') await new Promise((resolve) => setTimeout(resolve, 8));
        else {
          // What the process that is gone would still do has no effect any more.
          own.db.isAway = true;
          const next = newDir();
          copySpool(dir, next);
          crashed.push(own);
          dir = next;
          own = await startMeter(domain.db, dir, options);
          open = [];
          for (const [id, state] of known) {
            if (!state.isOnDisk) known.delete(id);
            else if (!state.isCompletionOnDisk) {
              state.units = 0;
              state.isCompleted = true;
              state.isCompletionOnDisk = true;
            }
          }
        }
      }
      endTurn();
      for (const { usage, number } of open) {
        own.meter.record(usage, number);
        endTurn();
      }
      own.db.isAway = false;
      await waitUntil('all is shipped', () => own.meter.backlog === 0);
      expect(await own.meter.close(5_000)).toBe(0);
      for (const { meter } of crashed) await meter.close(0);

      const { rows } = await domain.db.query<{ id: string; units: number }>(
        'select id, units from usage_events where user_id = $1 order by id',
        [userId],
      );
      const expected = [...known].map(([id, { units }]) => ({ id, units }));
      expect(rows).toEqual(expected.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
      const units = expected.reduce((sum, own) => sum + own.units, 0);
      const quota = await domain.db.query<{ units: string }>(
        'select units from quota_periods where user_id = $1',
        [userId],
      );
      expect(Number(quota.rows[0]?.units ?? 0)).toBe(units);
      own.ledger.open(userId, period, units);
      expect(own.ledger.used(userId, period)).toBe(units);
    }),
    { numRuns: 60, interruptAfterTimeLimit: 12_000, endOnFailure: true },
  );
}, 240_000);
