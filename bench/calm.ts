import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchDisturbance, type Disturbance } from './disturbance.ts';
import type { Measurement, Pair, Rounds } from './rounds.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** What a figure needs in order to be one of ours and not one of the machine's host. */
export interface Calmness {
  /** Past this part of the processors, the host disturbed a turn. */
  stolenMax: number;
  /** For how long at most, in all, to wait for the host to let go before the first turn and after a disturbed one. */
  patienceMs: number;
}

/** Past this part of the processors, other programs disturbed a turn. */
export const foreignMax = 0.05;
export const calmForMedians: Calmness = { stolenMax: 0.02, patienceMs: 0 };
const tailsPatienceMs = 30 * 60_000;
const lookEveryMs = 2_000;
/** Undisturbed turns that a median needs at least. */
const calmMin = 3;

/**
 * Whoever holds up 1 % of the requests decides a p99, and for that it takes 1 % of the time of one processor.
 *
 * @param share of the time of a turn in which requests are measured
 */
export function calmForTails(share: number): Calmness {
  return { stolenMax: (0.01 * share) / cpus().length, patienceMs: tailsPatienceMs };
}

/** What is left when disturbed turns are left out. */
export interface Calm<Kind> {
  kept: readonly Kind[];
  dropped: number;
  /** False when so many were disturbed that all of them had to be kept. */
  isCalm: boolean;
}

export function calmTurns({ turns }: Rounds, contestant: string): Calm<Measurement> {
  return calm(
    turns.filter((turn) => turn.contestant === contestant),
    isQuiet,
  );
}

export function calmPairs({ pairs }: Rounds, other: string): Calm<Pair> {
  return calm(
    pairs.filter((pair) => pair.other.contestant === other),
    (pair) => isQuiet(pair.hub) && isQuiet(pair.other),
  );
}

/** How much more the hub does with the same processor time than another contestant, in neighbouring turns. */
export function workRatio(rounds: Rounds, other: string): Spread | null {
  const { kept } = calmPairs(rounds, other);
  const ratios = kept.flatMap((pair) => {
    const [hub, them] = [pair.hub.processorSecondsPer1000, pair.other.processorSecondsPer1000];
    return hub === null || them === null ? [] : [them / hub];
  });
  return ratios.length === 0 ? null : spreadOf(ratios);
}

/** How many requests the hub answers for each that another contestant does, in neighbouring turns. */
export function rateRatio(rounds: Rounds, other: string): Spread | null {
  const { kept } = calmPairs(rounds, other);
  const ratios = kept.map((pair) => pair.hub.requestsPerSecond / pair.other.requestsPerSecond);
  return ratios.length === 0 ? null : spreadOf(ratios);
}

/** Measures rounds until as many as are wanted were undisturbed, but no more than twice as many in all. */
export async function measureUntilCalm<Round extends Disturbance>(
  wanted: number,
  { stolenMax, patienceMs }: Calmness,
  measure: (number: number) => Promise<Round>,
): Promise<Calm<Round>> {
  const rounds: Round[] = [];
  const isGood = (round: Round): boolean => isUndisturbed(round, stolenMax);
  let leftMs = patienceMs;
  while (rounds.length < wanted * 2 && rounds.filter(isGood).length < wanted) {
    const last = rounds.at(-1);
    if (last === undefined || last.stolen > stolenMax)
      leftMs -= await waitForHost(stolenMax, leftMs);
    rounds.push(await measure(rounds.length));
  }
  return calm(rounds, isGood);
}

/** Waits until the host takes no more than that, but no longer than `patienceMs`. @returns for how long, in ms */
async function waitForHost(stolenMax: number, patienceMs: number): Promise<number> {
  let waitedMs = 0;
  while (waitedMs < patienceMs) {
    const disturbedBy = watchDisturbance();
    await sleep(lookEveryMs);
    waitedMs += lookEveryMs;
    if (disturbedBy().stolen <= stolenMax) break;
  }
  return waitedMs;
}

function calm<Kind>(all: readonly Kind[], isGood: (one: Kind) => boolean): Calm<Kind> {
  const good = all.filter(isGood);
  const isCalm = good.length >= Math.min(calmMin, all.length);
  return { kept: isCalm ? good : all, dropped: all.length - good.length, isCalm };
}

function isQuiet(measurement: Measurement): boolean {
  return isUndisturbed(measurement, calmForMedians.stolenMax) && measurement.unanswered === 0;
}

function isUndisturbed({ foreign, stolen }: Disturbance, stolenMax: number): boolean {
  return foreign <= foreignMax && stolen <= stolenMax;
}
