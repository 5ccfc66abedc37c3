import type { Contestant } from '../contestants/contestant.ts';
import { sendOpenLoad, warmUpSeconds, type OpenResult } from '../open-load.ts';
import { writeKeys, type Stage } from '../stage.ts';

const whole = { keys: 3_600, perSecond: 300 };
const quick = { keys: 900, perSecond: 300 };

/** How long the first request with a key takes, each with another key. */
export async function measureColdKeys(stage: Stage, ours: Contestant): Promise<OpenResult> {
  const { keys, perSecond } = stage.isQuick ? quick : whole;
  const keysFile = writeKeys(stage, 'cold-keys', await stage.database.addKeys(keys));
  const requests = keys - perSecond * warmUpSeconds;
  const load = { perSecond, requests, keysFile };
  // Else the database would still be busy with the usage that was left to it when it was idle.
  await stage.settle(ours);
  return stage.tallies.during(ours, () => sendOpenLoad(ours, load));
}
