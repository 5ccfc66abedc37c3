import type { Contestant } from '../contestants/contestant.ts';
import { memoryBytes } from '../processor-time.ts';
import { measureRounds, type Rounds } from '../rounds.ts';
import { warmUp, type Stage } from '../stage.ts';

const whole = { rounds: 11, seconds: 2, warmUpSeconds: 2 };
const quick = { rounds: 2, seconds: 1, warmUpSeconds: 1 };

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
  const { rounds, seconds, warmUpSeconds } = stage.isQuick ? quick : whole;
  const contestants = [hub, ...others];
  console.log('warming the others up');
  for (const contestant of others) {
    await warmUp(stage, contestant, { requests: 1, seconds: warmUpSeconds });
  }
  const measured = await measureRounds(hub, others, { rounds, seconds, tallies: stage.tallies });
  const peakBytes = new Map(
    contestants.flatMap(({ name, pid }) => (pid === null ? [] : [[name, memoryBytes(pid).peak]])),
  );
  return { ...measured, seconds, hub: hub.name, contestants, peakBytes };
}
