import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OpenRequests } from './open-requests.ts';

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('admit' as const), skip: fc.nat(5_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), which: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('take_none' as const) }) },
  ),
  { maxLength: 60 },
);

test('keeps what a map would keep, however many numbers later it is taken', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const open = new OpenRequests<string>();
      const model = new Map<number, string>();
      let last = 0;
      const oneOf = (which: number) => [...model.keys()][which % Math.max(model.size, 1)];
      for (const step of all) {
        if (step.do === 'admit') {
          last += 1 + step.skip;
          open.set(last, `request ${last}`);
          model.set(last, `request ${last}`);
        } else if (step.do === 'again') {
          const number = oneOf(step.which);
          if (number === undefined) continue;
          open.set(number, `again ${number}`);
          model.set(number, `again ${number}`);
        } else if (step.do === 'take') {
          const number = oneOf(step.which);
          if (number === undefined) continue;
          expect(open.take(number)).toBe(model.get(number));
          model.delete(number);
          expect(open.take(number)).toBeUndefined();
        } else expect(open.take(last + 1)).toBeUndefined();
        expect(open.size).toBe(model.size);
      }
      const listed: [number, string][] = [];
      open.forEach((kept, number) => listed.push([number, kept]));
      expect(listed).toEqual([...model].toSorted(([a], [b]) => a - b));
      open.clear();
      expect([open.size, open.take(last)]).toEqual([0, undefined]);
    }),
  );
});
