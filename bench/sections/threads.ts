import { availableParallelism } from 'node:os';
import { measureRounds, type Rounds } from '../rounds.ts';
import { startOurs, warmUp, type Stage } from '../stage.ts';

const whole = { rounds: 6, seconds: 2 };
const quick = { rounds: 2, seconds: 1 };
/** Two for the proxy, one for the upstream and the database, one for the generator. */
const processorsMin = 4;

/** One worker thread and two, with all processors to run on. */
export interface Threads extends Rounds {
  one: string;
  two: string;
  /** Whether there are processors enough for two threads to be twice as fast. */
  hasRoom: boolean;
}

export async function measureThreads(stage: Stage): Promise<Threads> {
  await using stack = new AsyncDisposableStack();
  const start = async (route: 'one' | 'two', threads: number) => {
    const name = `apigate with ${route} worker thread${threads === 1 ? '' : 's'}`;
    const ours = stack.use(await startOurs(stage, { route, name, does: '', threads }));
    await warmUp(stage, ours, { requests: stage.isQuick ? 5_000 : 40_000, seconds: 2 });
    return ours;
  };
  const [one, two] = [await start('one', 1), await start('two', 2)];
  const plan = { ...(stage.isQuick ? quick : whole), tallies: stage.tallies };
  const rounds = await measureRounds(one, [two], plan);
  for (const ours of [one, two]) await stage.settle(ours);
  return {
    ...rounds,
    one: one.name,
    two: two.name,
    hasRoom: availableParallelism() >= processorsMin,
  };
}
