import {
  calmForMedians,
  calmForTails,
  measureUntilCalm,
  type Calm,
  type Calmness,
} from '../calm.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { describeDisturbance, watchDisturbance, type Disturbance } from '../disturbance.ts';
import { sendOpenLoad, warmUpSeconds, type OpenResult } from '../open-load.ts';
import { writeKeys, type Stage } from '../stage.ts';

const perSecond = 300;
const wholeKeys = 1_800;
const whole = {
  count: 11,
  keys: wholeKeys,
  calmness: calmForTails(1 - (warmUpSeconds * perSecond) / wholeKeys),
};
const quick = { count: 1, keys: 900, calmness: calmForMedians };

/** How long the first request with a key takes, each with another key. */
export interface ColdKeys {
  /** In each round. */
  keys: number;
  perSecond: number;
  calmness: Calmness;
  rounds: Calm<OpenResult & Disturbance>;
}

export async function measureColdKeys(stage: Stage, ours: Contestant): Promise<ColdKeys> {
  const { count, keys, calmness } = stage.isQuick ? quick : whole;
  const requests = keys - perSecond * warmUpSeconds;
  // What the database does is measured here, so it is on the side of the proxy and need not wait for the generator.
  await stage.database.place('anywhere');
  await using _asBefore = { [Symbol.asyncDispose]: () => stage.database.place('generator') };
  const rounds = await measureUntilCalm(count, calmness, async () => {
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
  return { keys, perSecond, calmness, rounds };
}
