import { sendOpenLoad, warmUpSeconds, type OpenResult } from '../open-load.ts';
import { memoryBytes } from '../processor-time.ts';
import { isKeyLookUp, startRelay } from '../relay.ts';
import { startOurs, writeKeys, type Stage } from '../stage.ts';

const whole = { inDatabase: 1_000_000, inMemory: 100_000, firstPerSecondMax: 1_500 };
const quick = { inDatabase: 50_000, inMemory: 5_000, firstPerSecondMax: 1_000 };
const nextPerSecondMax = 6_000;

/** What it costs to know many keys. */
export interface ManyKeys {
  inDatabase: number;
  inMemory: number;
  /** The first request with each key. */
  first: OpenResult;
  bytes: number;
  peakBytes: number;
  /** Statements that found keys, while each key was used again: nothing if all of them were still known. */
  lookUpsAgain: number;
}

/** @param capacity requests/s that a proxy of ours answers here */
export async function measureManyKeys(stage: Stage, capacity: number): Promise<ManyKeys> {
  await using stack = new AsyncDisposableStack();
  const { database } = stage;
  const { inDatabase, inMemory, firstPerSecondMax } = stage.isQuick ? quick : whole;
  console.log(`filling the database up to ${inDatabase.toLocaleString('en-US')} keys`);
  const keysFile = writeKeys(stage, 'many-keys', await database.addKeys(inMemory));
  await database.addUnusedKeys(inDatabase);
  const relay = stack.use(await startRelay(database.url));
  const ours = stack.use(
    await startOurs(stage, {
      route: 'many',
      name: 'apigate, many keys',
      does: '',
      databaseUrl: relay.url,
    }),
  );
  const lookUps = () =>
    [...relay.statements()]
      .filter(([text]) => isKeyLookUp(text))
      .reduce((sum, [, count]) => sum + count, 0);
  const use = (perSecond: number) =>
    stage.tallies.during(ours, () =>
      sendOpenLoad(ours, {
        perSecond,
        requests: Math.round(inMemory - perSecond * warmUpSeconds),
        keysFile,
      }),
    );
  const first = await use(Math.min(firstPerSecondMax, capacity / 4));
  const before = lookUps();
  await use(Math.min(nextPerSecondMax, capacity / 2));
  const lookUpsAgain = lookUps() - before;
  const { now, peak } = memoryBytes(ours.pid);
  await stage.settle(ours);
  return { inDatabase, inMemory, first, bytes: now, peakBytes: peak, lookUpsAgain };
}
