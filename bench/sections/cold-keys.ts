import { calmForTails, measureUntilCalm, type Calm } from '../calm.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { describeDisturbance, watchDisturbance, type Disturbance } from '../disturbance.ts';
import { sendOpenLoad, warmUpSeconds, type OpenResult } from '../open-load.ts';
import { writeKeys, type Stage } from '../stage.ts';

const whole = { rounds: 11, keys: 1_800, perSecond: 300 };
const quick = { rounds: 1, keys: 900, perSecond: 300 };
export const coldCalmness = calmForTails(1 - (warmUpSeconds * whole.perSecond) / whole.keys);

/** How long the first request with a key takes, each with another key. */
export interface ColdKeys {
  /** In each round. */
  keys: number;
  perSecond: number;
  rounds: Calm<OpenResult & Disturbance>;
}

export async function measureColdKeys(stage: Stage, ours: Contestant): Promise<ColdKeys> {
  const { rounds: count, keys, perSecond } = stage.isQuick ? quick : whole;
  const requests = keys - perSecond * warmUpSeconds;
  // What the database does is measured here, so it is on the side of the proxy and need not wait for the generator.
  await stage.database.place('anywhere');
  await using _asBefore = { [Symbol.asyncDispose]: () => stage.database.place('generator') };
  const rounds = await measureUntilCalm(count, coldCalmness, async () => {
    const keysFile = writeKeys(stage, 'cold-keys', await stage.database.addKeys(keys));
    // Else the database would still be busy with the usage of what was sent before.
    await stage.settle(ours);
    const load = { perSecond, requests, keysFile };
    const disturbedBy = watchDisturbance();
    const round = await stage.tallies.during(ours, () => sendOpenLoad(ours, load));
    const disturbance = disturbedBy();
    const told = `${round.p50Us} ${round.p99Us} ${round.p999Us} µs`;
    console.log(`p50 p99 p99.9: ${told}; ${describeDisturbance(disturbance)}`);
    return { ...round, ...disturbance };
  });
  return { keys, perSecond, rounds };
}
