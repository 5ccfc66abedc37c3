import type { Contestant } from './contestants/contestant.ts';
import { watchDisturbance, type Disturbance } from './disturbance.ts';
import { sendLoad } from './load.ts';
import { processorSeconds } from './processor-time.ts';
import type { Tallies } from './tallies.ts';

/** What one contestant did in one turn. */
export interface Measurement extends Disturbance {
  contestant: string;
  requests: number;
  requestsPerSecond: number;
  /** Seconds of processor time that it took for 1,000 requests; null where nothing stands in front. */
  processorSecondsPer1000: number | null;
  /** The part of the time in which one processor would have been busy with it; null likewise. */
  busy: number | null;
  /** Requests whose answers came too late to be seen. */
  unanswered: number;
}

/** How it is measured. */
export interface Plan {
  rounds: number;
  /** How many of them have turns for those that no target is about; all if missing. */
  asideRounds?: number;
  /** Whole seconds that each turn takes. */
  seconds: number;
  tallies: Pick<Tallies, 'during'>;
  /** Called before and after a contestant's turn. */
  before?: (contestant: Contestant) => Promise<void>;
  after?: (contestant: Contestant) => Promise<void>;
}

/** Two turns, one right after the other. */
export interface Pair {
  hub: Measurement;
  other: Measurement;
}

/** Every turn, and those of each contestant together with the neighbouring turn of the one that all are compared with. */
export interface Rounds {
  turns: readonly Measurement[];
  pairs: readonly Pair[];
}

/**
 * Lets contestants take turns. The `hub` has a turn beside each of the others, and every second round runs backwards,
 * so that a drift of the machine favours nobody.
 */
export async function measureRounds(
  hub: Contestant,
  others: readonly Contestant[],
  plan: Plan,
): Promise<Rounds> {
  const turns: Measurement[] = [];
  const pairs: Pair[] = [];
  const { rounds, asideRounds = rounds } = plan;
  for (let number = 0; number < rounds; number += 1) {
    const present = others.filter(({ isAside }) => isAside !== true || number < asideRounds);
    const order = orderOf(hub, present);
    const round: Measurement[] = [];
    const inTurn = number % 2 === 0 ? order : order.toReversed();
    for (const contestant of inTurn) {
      await plan.before?.(contestant);
      round.push(await measure(contestant, plan));
      await plan.after?.(contestant);
    }
    turns.push(...round);
    pairs.push(...pairsIn(round, hub.name));
    console.log(`round ${number + 1} of ${rounds}: ${round.map(describe).join(', ')}`);
  }
  return { turns, pairs };
}

/** One other, the hub, two others, the hub, and so on: each of the others has the hub on exactly one side. */
function orderOf(hub: Contestant, others: readonly Contestant[]): Contestant[] {
  return others.flatMap((other, at) => (at % 2 === 0 ? [other, hub] : [other]));
}

function pairsIn(round: readonly Measurement[], hub: string): Pair[] {
  return round.flatMap((other, at) => {
    if (other.contestant === hub) return [];
    const neighbour = [round[at - 1], round[at + 1]].find((turn) => turn?.contestant === hub);
    return neighbour === undefined ? [] : [{ hub: neighbour, other }];
  });
}

async function measure(
  contestant: Contestant,
  { seconds, tallies }: Pick<Plan, 'seconds' | 'tallies'>,
): Promise<Measurement> {
  const { name, pid } = contestant;
  const ownSeconds = (): number => (pid === null ? 0 : processorSeconds(pid));
  const { sent, unanswered, activeSeconds, used, disturbance } = await tallies.during(
    contestant,
    async () => {
      const before = ownSeconds();
      const disturbedBy = watchDisturbance();
      const load = await sendLoad(contestant, seconds);
      return {
        sent: load.requests,
        unanswered: load.unanswered,
        activeSeconds: load.seconds,
        used: ownSeconds() - before,
        disturbance: disturbedBy(),
      };
    },
  );
  return {
    contestant: name,
    requests: sent,
    requestsPerSecond: sent / activeSeconds,
    processorSecondsPer1000: pid === null ? null : (used / sent) * 1000,
    busy: pid === null ? null : used / activeSeconds,
    unanswered,
    ...disturbance,
  };
}

function describe({ contestant, requestsPerSecond, processorSecondsPer1000 }: Measurement): string {
  const time = processorSecondsPer1000 === null ? '' : ` (${processorSecondsPer1000.toFixed(4)})`;
  return `${contestant} ${Math.round(requestsPerSecond)}/s${time}`;
}
