import { cpus } from 'node:os';
import type { Contestant } from './contestants/contestant.ts';
import { sendLoad } from './load.ts';
import { machineSeconds, processorSeconds } from './processor-time.ts';

/** What one contestant did in one round. */
export interface Measurement {
  contestant: string;
  requests: number;
  /** Requests that reached the upstream. */
  hits: number;
  requestsPerSecond: number;
  /** Seconds of processor time that it took for 1,000 requests; null where nothing stands in front. */
  processorSecondsPer1000: number | null;
  /** The part of the time in which its processor was busy with it; null likewise. */
  busy: number | null;
  /** The part of the machine's processors that others used meanwhile, its host included. */
  foreign: number;
}

/** Every contestant once, one right after the other. */
export type Round = readonly Measurement[];

/** How it is measured. */
export interface Plan {
  rounds: number;
  seconds: number;
  /** A key on each line. */
  keysFile: string;
  /** Requests that the upstream has had so far. */
  hits: () => Promise<number>;
}

/** Measures in turns, every second round backwards, so that a drift of the machine favours nobody. */
export async function measureRounds(
  contestants: readonly Contestant[],
  plan: Plan,
): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let number = 0; number < plan.rounds; number += 1) {
    const order = number % 2 === 0 ? contestants : contestants.toReversed();
    const round: Measurement[] = [];
    for (const contestant of order) round.push(await measure(contestant, plan));
    rounds.push(round);
    const rates = round.map(
      ({ contestant, requestsPerSecond }) => `${contestant} ${Math.round(requestsPerSecond)}/s`,
    );
    console.log(`round ${number + 1} of ${plan.rounds}: ${rates.join(', ')}`);
  }
  return rounds;
}

async function measure(
  { name, url, pid }: Contestant,
  { seconds, keysFile, hits }: Plan,
): Promise<Measurement> {
  const own = (): number => (pid === null ? 0 : processorSeconds(pid));
  const others = (): number => {
    const { busy, stolen } = machineSeconds();
    return busy + stolen - processorSeconds(process.pid);
  };
  const before = {
    hits: await hits(),
    own: own(),
    others: others(),
    at: performance.now(),
  };
  let used = 0;
  let foreign = 0;
  const whenQuiet = (): void => {
    used = own() - before.own;
    const elapsed = (performance.now() - before.at) / 1000;
    foreign = Math.max(0, others() - before.others) / (elapsed * cpus().length);
  };
  const requests = await sendLoad({ url, keysFile, seconds, whenQuiet });
  return {
    contestant: name,
    requests,
    hits: (await hits()) - before.hits,
    requestsPerSecond: requests / seconds,
    processorSecondsPer1000: pid === null ? null : (used / requests) * 1000,
    busy: pid === null ? null : used / seconds,
    foreign,
  };
}
