import type { Contestant } from '../contestants/contestant.ts';
import { memoryBytes } from '../processor-time.ts';
import { measureRounds, type Rounds } from '../rounds.ts';
import { warmUp, type Stage } from '../stage.ts';

const whole = {
  rounds: 17,
  asideRounds: 5,
  seconds: 2,
  warmUp: { requests: 40_000, seconds: 2, secondsMax: 8 },
};
const quick = { rounds: 2, asideRounds: 1, seconds: 1, warmUp: { requests: 1, seconds: 1 } };

/** How many requests each contestant answers, and with how much processor time. */
export interface Capacity extends Rounds {
  seconds: number;
  hub: string;
  contestants: readonly Contestant[];
  /** The most memory that each held, by name. */
  peakBytes: ReadonlyMap<string, number>;
}

export async function measureCapacity(
  stage: Stage,
  hub: Contestant,
  others: readonly Contestant[],
): Promise<Capacity> {
  const { warmUp: size, ...plan } = stage.isQuick ? quick : whole;
  const contestants = [hub, ...others];
  // As many requests for each: what Node runs is compiled by and by.
  console.log('warming the others up');
  for (const contestant of others) {
    await warmUp(stage, contestant, size);
  }
  const measured = await measureRounds(hub, others, { ...plan, tallies: stage.tallies });
  const peakBytes = new Map(
    contestants.flatMap(({ name, pid }) => (pid === null ? [] : [[name, memoryBytes(pid).peak]])),
  );
  return { ...measured, seconds: plan.seconds, hub: hub.name, contestants, peakBytes };
}
