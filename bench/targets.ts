import { rateRatio, workRatio } from './calm.ts';
import { luaNames, statementsIn, statementsPerRequest, type Findings } from './findings.ts';
import type { ColdKeys } from './sections/cold-keys.ts';
import type { PageLoads } from './sections/pages.ts';
import { percentileOf, spreadOf, type Spread } from './statistics.ts';
import { balances } from './tallies.ts';

/** Something that has to be so, and what was found. */
export interface Target {
  what: string;
  wanted: string;
  found: string;
  /** Null where this machine cannot tell. */
  isReached: boolean | null;
}

const megabyte = 2 ** 20;

/** What was measured, held against what has to be reached. */
export function targetsOf(findings: Findings): Target[] {
  return [
    ...capacityTargets(findings),
    ...databaseTargets(findings),
    ...latencyTargets(findings),
    ...threadTargets(findings),
    ...keyTargets(findings),
    ...pageTargets(findings),
    sumsTarget(findings),
    ...findings.failures.map(({ part, reason }) => ({
      what: `The part \`${part}\` of this measurement`,
      wanted: 'comes to an end',
      found: reason.split('\n', 1).join(''),
      isReached: false,
    })),
  ];
}

/** The name in which the contestant that needs the least processor time beside the hub is found; null without any. */
export function yardstickOf(findings: Findings, names: readonly string[]): string | null {
  const { capacity } = findings;
  if (capacity === undefined) return null;
  const ratios = names.flatMap((name) => {
    const tally = findings.tallies.get(name);
    const ratio = workRatio(capacity, name);
    const isFit = ratio !== null && tally !== undefined && balances(tally);
    return isFit ? [{ name, median: ratio.median }] : [];
  });
  return ratios.toSorted((a, b) => a.median - b.median)[0]?.name ?? null;
}

function genericNamesOf({ capacity }: Findings): string[] {
  return (capacity?.contestants ?? [])
    .map(({ name }) => name)
    .filter((name) => name.endsWith(', bare'));
}

function capacityTargets(findings: Findings): Target[] {
  const { capacity } = findings;
  if (capacity === undefined) return [];
  const against = (what: string, name: string | null, min: number): Target[] => {
    const ratio = name === null ? null : workRatio(capacity, name);
    if (name === null || ratio === null) return [];
    return [
      {
        what: `${what}: requests for the same processor time, compared with ${name}`,
        wanted: `≥ ${min} ×`,
        found: `${shown(ratio, 2)} ×`,
        isReached: ratio.median >= min,
      },
    ];
  };
  const open = 'apigate, a route without keys';
  const duties = workRatio(capacity, open);
  return [
    ...against('The same duties', yardstickOf(findings, luaNames), 0.75),
    ...against(
      'Everything on against a bare proxy',
      yardstickOf(findings, genericNamesOf(findings)),
      1.5,
    ),
    ...against('The same policies', 'express-gateway', 8),
    ...(duties === null
      ? []
      : [
          {
            what: `What the duties cost: throughput lost against ${open}, by processor time`,
            wanted: '≤ 15 %',
            found: `${shown(lossOf(duties), 1)} %`,
            isReached: lossOf(duties).median <= 15,
          },
        ]),
  ];
}

/** From how much more is done to how much less, in per cent. */
function lossOf(ratio: Spread): Spread {
  const loss = (share: number): number => (1 - share) * 100;
  return {
    median: loss(ratio.median),
    min: loss(ratio.max),
    max: loss(ratio.min),
    low: loss(ratio.high),
    high: loss(ratio.low),
  };
}

function databaseTargets({ withoutDatabase, statements }: Findings): Target[] {
  const targets: Target[] = [];
  if (statements !== undefined) {
    const { slow, fast, strangers } = statements;
    const perRequest = statementsPerRequest(statements);
    targets.push({
      what: `SQL statements that each further request with a known key causes (${statementsIn(slow)} in ${slow.seconds.toFixed(1)} s for ${whole(slow.requests)} requests, ${statementsIn(fast)} in ${fast.seconds.toFixed(1)} s for ${whole(fast.requests)}); connections to anything but clients, upstream and database`,
      wanted: '0; 0',
      found: `${perRequest.toFixed(4)}; ${strangers}`,
      // A batch of usage has a size that it does not outgrow, so that very many requests need more batches.
      isReached: perRequest < 0.002 && strangers === 0,
    });
  }
  if (withoutDatabase !== undefined) {
    const [name = ''] = withoutDatabase.pairs.map(({ other }) => other.contestant);
    const ratio = rateRatio(withoutDatabase, name);
    if (ratio !== null) {
      const inverse = inverseOf(ratio);
      targets.push({
        what: 'Requests/s with PostgreSQL halted, compared with PostgreSQL there',
        wanted: '≥ 0.98 ×',
        found: `${shown(inverse, 2)} ×`,
        isReached: inverse.median >= 0.98,
      });
    }
  }
  return targets;
}

function inverseOf({ median, min, max, low, high }: Spread): Spread {
  return { median: 1 / median, min: 1 / max, max: 1 / min, low: 1 / high, high: 1 / low };
}

function latencyTargets({ latency }: Findings): Target[] {
  if (latency === undefined) return [];
  const added = (of: 'p50Us' | 'p99Us'): Spread =>
    spreadOf(latency.rounds.kept.map(({ direct, through }) => (through[of] - direct[of]) / 1000));
  const [p50, p99] = [added('p50Us'), added('p99Us')];
  return [
    {
      what: `Added at half load, ${whole(latency.perSecond)} requests/s in an open loop, over the upstream directly: p50`,
      wanted: '≤ 0.3 ms',
      found: `${shown(p50, 2)} ms`,
      isReached: p50.median <= 0.3,
    },
    {
      what: 'Likewise: p99',
      wanted: '≤ 2 ms',
      found: `${shown(p99, 2)} ms`,
      isReached: p99.median <= 2,
    },
  ];
}

function threadTargets({ threads }: Findings): Target[] {
  if (threads === undefined) return [];
  const rate = rateRatio(threads, threads.two);
  const work = workRatio(threads, threads.two);
  if (rate === null || work === null) return [];
  const inverse = inverseOf(rate);
  const effort = `processor time for a request ${shown(work, 2)} ×`;
  return [
    {
      what: 'Requests/s of two worker threads, compared with one',
      wanted: '≥ 1.8 ×',
      found: threads.hasRoom
        ? `${shown(inverse, 2)} ×; ${effort}`
        : `${shown(inverse, 2)} ×, with generator, upstream and database on the same processors; ${effort}`,
      isReached: threads.hasRoom ? inverse.median >= 1.8 : null,
    },
  ];
}

/** A percentile of the first uses of keys, in ms: what it was in each of the undisturbed rounds. */
export function coldMs(cold: ColdKeys, percentile: 'p50Us' | 'p99Us' | 'p999Us'): Spread {
  return spreadOf(cold.rounds.kept.map((round) => round[percentile] / 1000));
}

function keyTargets({ cold, many }: Findings): Target[] {
  const targets: Target[] = [];
  if (cold !== undefined) {
    const [p50, p99] = [coldMs(cold, 'p50Us'), coldMs(cold, 'p99Us')];
    targets.push({
      what: `First use of a key, ${whole(cold.keys * cold.rounds.kept.length)} keys at ${cold.perSecond}/s: p99 of the whole request`,
      wanted: '≤ 5 ms',
      found: `${shown(p99, 2)} ms (p50 ${p50.median.toFixed(2)} ms)`,
      isReached: p99.median <= 5,
    });
  }
  if (many !== undefined) {
    const isKnown = many.lookUpsAgain === 0 ? 'all still known' : `${many.lookUpsAgain} forgotten`;
    targets.push({
      what: `Memory with ${whole(many.inDatabase)} keys in the database and ${whole(many.inMemory)} in use`,
      wanted: '≤ 300 MB',
      found: `${whole(many.bytes / megabyte)} MB, at most ${whole(many.peakBytes / megabyte)} MB; ${isKnown}`,
      isReached: many.bytes <= 300 * megabyte && many.lookUpsAgain === 0,
    });
  }
  return targets;
}

function pageTargets({ pages }: Findings): Target[] {
  if (pages === undefined) return [];
  const { users, slowdown, loads, keystrokes, slowKeystrokes } = pages;
  const times = Math.min(...loads.map(({ openings }) => openings.kept.length));
  const [slowest] = loads.toSorted((a, b) => medianLcpMs(b) - medianLcpMs(a));
  const worst = loads
    .flatMap(({ name, openings }) => openings.kept.map(({ lcpMs }) => ({ name, ms: lcpMs })))
    .toSorted((a, b) => b.ms - a.ms)[0];
  const [restless] = loads.toSorted((a, b) => worstShift(b) - worstShift(a));
  if (slowest === undefined || worst === undefined || restless === undefined) return [];
  const shift = worstShift(restless);
  const typing = (of: keyof typeof keystrokes, what: string, maxMs: number): Target => ({
    what: `${what} with ${whole(users)} users: from a keystroke until its answer is painted, p95`,
    wanted: `≤ ${maxMs} ms`,
    found: `${typingText(keystrokes[of])}; on a processor slowed ${slowdown} ×, ${typingText(slowKeystrokes[of])}`,
    isReached: percentileOf(keystrokes[of], 0.95) <= maxMs,
  });
  return [
    {
      what: `Largest contentful paint of the slowest of ${loads.length} pages, each opened ${times} times with an empty cache on a processor slowed ${slowdown} ×: median`,
      wanted: '≤ 1.5 s',
      found: `${seconds(medianLcpMs(slowest))} s (${slowest.name}); the slowest opening ${seconds(worst.ms)} s (${worst.name})`,
      isReached: medianLcpMs(slowest) <= 1500,
    },
    {
      what: 'What moves on the most restless of them, in its worst opening: layout shift',
      wanted: '≤ 0.02',
      found: `${fixed(shift, 3)} (${restless.name})`,
      isReached: shift <= 0.02,
    },
    typing('users', 'The list of users', 150),
    typing('palette', 'The palette of the console', 100),
  ];
}

export function medianLcpMs({ openings }: PageLoads): number {
  const all = openings.kept.map(({ lcpMs }) => lcpMs);
  return percentileOf(all, 0.5);
}

export function worstShift({ shifts }: PageLoads): number {
  return Math.max(...shifts);
}

function typingText(tookMs: readonly number[]): string {
  return `${whole(percentileOf(tookMs, 0.95))} ms (median ${whole(percentileOf(tookMs, 0.5))} ms)`;
}

export function seconds(ms: number): string {
  return fixed(ms / 1000, 2);
}

function sumsTarget({ tallies, quota }: Findings): Target {
  const unfit = [...tallies].filter(([, tally]) => !balances(tally)).map(([name]) => name);
  const untold = [...tallies].filter(([, { isWhole }]) => !isWhole).map(([name]) => name);
  const isCounted = quota.sent === quota.units || untold.length > 0;
  return {
    what: 'Sent = answered with a 2xx = reached the upstream = counted = recorded, for every contestant',
    wanted: 'all agree',
    found: [
      unfit.length === 0 ? 'all agree' : `disqualified: ${unfit.join('; ')}`,
      ...(isCounted ? [] : [`quotas say ${whole(quota.units)} of ${whole(quota.sent)}`]),
      ...untold.map((name) => `not known for ${name}, because a part of this broke off`),
    ].join('; '),
    isReached: unfit.length > 0 || !isCounted ? false : untold.length > 0 ? null : true,
  };
}

/** A median with its 95 % interval. */
export function shown({ median, low, high }: Spread, digits: number): string {
  return `${fixed(median, digits)} (${fixed(low, digits)} to ${fixed(high, digits)})`;
}

export function fixed(figure: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return figure.toLocaleString('en-US', options);
}

export function whole(figure: number): string {
  return fixed(figure, 0);
}
