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
import type { Stage } from '../stage.ts';

const wholeSeconds = 3;
const whole = {
  count: 10,
  seconds: wholeSeconds,
  // A round is two loads, each with a beginning that is in no figure.
  calmness: calmForTails(wholeSeconds / (2 * (warmUpSeconds + wholeSeconds))),
};
const quick = { count: 1, seconds: 1, calmness: calmForMedians };

/** How long requests took at the same rate, directly and through the proxy, right after one another. */
export interface Latency {
  perSecond: number;
  calmness: Calmness;
  rounds: Calm<LatencyRound>;
}

interface LatencyRound extends Disturbance {
  direct: OpenResult;
  through: OpenResult;
}

export async function measureLatency(
  stage: Stage,
  ours: Contestant,
  perSecond: number,
): Promise<Latency> {
  const { count, seconds, calmness } = stage.isQuick ? quick : whole;
  const load = { perSecond, requests: Math.round(perSecond * seconds) };
  // Otherwise what the database writes would hold up the generator and the upstream, which share its processor.
  await stage.database.setIdle(true);
  await using _busyAgain = { [Symbol.asyncDispose]: () => stage.database.setIdle(false) };
  const direct = () =>
    stage.tallies.during(stage.upstream, () => sendOpenLoad(stage.upstream, load));
  const through = () => stage.tallies.during(ours, () => sendOpenLoad(ours, load));
  const rounds = await measureUntilCalm(count, calmness, async (number): Promise<LatencyRound> => {
    const disturbedBy = watchDisturbance();
    const first = number % 2 === 0 ? null : await through();
    const round = { direct: await direct(), through: first ?? (await through()) };
    const told = [round.direct, round.through].map((r) => `${r.p50Us} ${r.p99Us} ${r.p999Us} µs`);
    const disturbance = disturbedBy();
    console.log(
      `${Math.round(perSecond)}/s, p50 p99 p99.9: direct ${told[0]}, through ${told[1]}; ${describeDisturbance(disturbance)}`,
    );
    return { ...round, ...disturbance };
  });
  return { perSecond, calmness, rounds };
}
