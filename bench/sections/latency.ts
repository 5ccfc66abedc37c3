import type { Contestant } from '../contestants/contestant.ts';
import { sendOpenLoad, type OpenResult } from '../open-load.ts';
import type { Stage } from '../stage.ts';

const whole = { rounds: 10, seconds: 3 };
const quick = { rounds: 1, seconds: 1 };

/** How long requests took at the same rate, directly and through the proxy, right after one another. */
export interface Latency {
  perSecond: number;
  rounds: readonly { direct: OpenResult; through: OpenResult }[];
}

export async function measureLatency(
  stage: Stage,
  ours: Contestant,
  perSecond: number,
): Promise<Latency> {
  const { rounds: count, seconds } = stage.isQuick ? quick : whole;
  const load = { perSecond, requests: Math.round(perSecond * seconds) };
  // Otherwise what the database writes would hold up the generator and the upstream, which share its processor.
  await stage.database.setIdle(true);
  await using _busyAgain = { [Symbol.asyncDispose]: () => stage.database.setIdle(false) };
  const rounds: { direct: OpenResult; through: OpenResult }[] = [];
  for (let number = 0; number < count; number += 1) {
    const direct = () =>
      stage.tallies.during(stage.upstream, () => sendOpenLoad(stage.upstream, load));
    const through = () => stage.tallies.during(ours, () => sendOpenLoad(ours, load));
    if (number % 2 === 0) rounds.push({ direct: await direct(), through: await through() });
    else {
      const first = await through();
      rounds.push({ direct: await direct(), through: first });
    }
    const last = rounds.at(-1);
    const told = [last?.direct, last?.through].map(
      (r) => `${r?.p50Us} ${r?.p99Us} ${r?.p999Us} µs`,
    );
    console.log(`${Math.round(perSecond)}/s, p50 p99 p99.9: direct ${told[0]}, through ${told[1]}`);
  }
  return { perSecond, rounds };
}
