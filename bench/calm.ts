import type { Disturbance } from './disturbance.ts';
import type { Measurement, Pair, Rounds } from './rounds.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** Past these parts of the processors, other programs or the machine's host disturbed a turn. */
export const foreignMax = 0.05;
export const stolenMax = 0.02;
/** Undisturbed turns that a median needs at least. */
const calmMin = 3;

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
  measure: (number: number) => Promise<Round>,
): Promise<Calm<Round>> {
  const rounds: Round[] = [];
  while (rounds.length < wanted * 2 && rounds.filter(isUndisturbed).length < wanted) {
    rounds.push(await measure(rounds.length));
  }
  return calm(rounds, isUndisturbed);
}

function calm<Kind>(all: readonly Kind[], isGood: (one: Kind) => boolean): Calm<Kind> {
  const good = all.filter(isGood);
  const isCalm = good.length >= Math.min(calmMin, all.length);
  return { kept: isCalm ? good : all, dropped: all.length - good.length, isCalm };
}

function isQuiet(measurement: Measurement): boolean {
  return isUndisturbed(measurement) && measurement.unanswered === 0;
}

function isUndisturbed({ foreign, stolen }: Disturbance): boolean {
  return foreign <= foreignMax && stolen <= stolenMax;
}
