import {
  calmForMedians,
  calmPairs,
  calmTurns,
  foreignMax,
  rateRatio,
  workRatio,
  type Calm,
  type Calmness,
} from './calm.ts';
import { luaNames, type Findings } from './findings.ts';
import { isKeyLookUp } from './relay.ts';
import type { PageLoads } from './sections/pages.ts';
import type { Asked } from './sections/statements.ts';
import { spreadOf, type Spread } from './statistics.ts';
import { balances } from './tallies.ts';
import {
  coldMs,
  fixed,
  medianLcpMs,
  seconds,
  shown,
  targetsOf,
  whole,
  worstShift,
  yardstickOf,
} from './targets.ts';

const words = { true: 'yes', false: '**no**', null: 'cannot be told here' } as const;

/** The report as Markdown. */
export function writeReport(findings: Findings): string {
  const { machine, measuredAt, minutes, isPinned } = findings;
  return `# How fast it is

Written by \`npm run bench\` on ${measuredAt.toISOString().slice(0, 10)}; run it again to replace it.

${machine}.

| | wanted | found | reached |
| --- | ---: | ---: | --- |
${targetsOf(findings)
  .map(({ what, wanted, found, isReached }) => row([what, wanted, found, words[`${isReached}`]]))
  .join('\n')}

A figure is a median, with its 95 % interval (bootstrap) in brackets.

## What an answer costs

${capacityTable(findings)}

${disturbances(findings)}

Processor time is that of the whole process tree of a contestant, from \`/proc\`, without generator, upstream and databases.
The ratios compare neighbours: apigate has a turn right beside each turn of each other contestant, in turns of
${findings.capacity?.seconds ?? 0} s over 64 kept connections, forwards in one round and backwards in the next. Requests/s of different runs
cannot be compared, ratios can. ${placement(isPinned)}
The generator sends as fast as it is answered, so this is capacity and says nothing about latency.

## What was compared

The upstream is an nginx that answers with 200 bytes. The seven duties are: (1) take the key from \`X-API-Key\`, (2) look up its
SHA-256 among 10,000 and answer 401 to others, (3) count the request in the key's minute against a limit that it never
reaches, (4) take away the key and the reserved headers and add the caller's name, (5) forward over a kept connection,
(6) record key, route, status, bytes and time, (7) pass the body back unchanged.

${(findings.capacity?.contestants ?? []).map(({ name, does }) => `- **${name}**: ${does}.`).join('\n')}

apigate does more than the seven: it takes HMAC-SHA-256 with a pepper, keeps token buckets and monthly quotas and tells them
to the client, gives each request an id, and puts every record where a crash does not reach it before the answer leaves.
The database takes records in more slowly than they come at full load; what it takes after a round is in no figure of that round.
Of the two nginx with Lua the faster one is the yardstick${named(yardstickOf(findings, luaNames))}.
A route without keys skips duties 1 to 4; its requests are recorded all the same.

## At a given load

${latencyText(findings)}

## The database

${statementsText(findings)}

## In a browser

${pagesText(findings)}

## What was checked

Every request was answered with a 2xx. What was sent, what reached the upstream, what was counted and what was recorded agree for
each contestant, or it is disqualified.

${tallyTable(findings)}

The quotas of all users together hold ${whole(findings.quota.units)} units, for ${whole(findings.quota.sent)} requests with a key.

## Once more

\`\`\`text
npm run bench                              ${Math.ceil(minutes)} minutes, writes this file
npm run bench -- --quick                   a few minutes, writes nothing
npm run bench -- --only capacity,pages     some parts, writes nothing
npm run bench -- --among lua-lru,open      some contestants beside apigate, writes nothing
\`\`\`

Parts: capacity, database, threads, statements, latency, cold, many, pages. The programs come from Debian, which root gets by
itself, and the proxies of Node from \`bench/peers\`, which is installed then.
`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function capacityTable(findings: Findings): string {
  const { capacity, tallies } = findings;
  if (capacity === undefined) return 'Not measured.';
  const head = [
    row([
      '',
      'processor seconds for 1,000 requests',
      'apigate does with the same processor time',
      'requests/s',
      'apigate answers for each',
      'memory at most, MB',
      'turns',
    ]),
    row(['---', '---:', '---:', '---:', '---:', '---:', '---:']),
  ];
  const rows = capacity.contestants.map(({ name, pid }) => {
    const { kept } = calmTurns(capacity, name);
    const times = kept.flatMap(({ processorSecondsPer1000: time }) => time ?? []);
    const isHub = name === capacity.hub;
    const tally = tallies.get(name);
    const isFit = tally === undefined || balances(tally);
    const peak = capacity.peakBytes.get(name);
    return row([
      isFit ? name : `${name} (disqualified)`,
      pid === null || times.length === 0 ? '' : withRange(spreadOf(times), 4),
      isHub ? '1' : ratio(workRatio(capacity, name)),
      withRange(spreadOf(kept.map((turn) => turn.requestsPerSecond)), 0),
      isHub ? '1' : ratio(rateRatio(capacity, name)),
      peak === undefined ? '' : whole(peak / 2 ** 20),
      String(kept.length),
    ]);
  });
  return [...head, ...rows].join('\n');
}

function ratio(spread: Spread | null): string {
  return spread === null ? '' : `${shown(spread, 2)} ×`;
}

function withRange({ median, min, max }: Spread, digits: number): string {
  return `${fixed(median, digits)} (${fixed(min, digits)}–${fixed(max, digits)})`;
}

function disturbance({ stolenMax, patienceMs }: Calmness): string {
  const waited =
    patienceMs > 0 ? `; it was waited for calm, ${patienceMs / 60_000} minutes at most` : '';
  return `other programs used more than ${foreignMax * 100} % of the processors, the machine's host more than ${fixed(stolenMax * 100, 2)} %${waited}`;
}

function disturbances({ capacity }: Findings): string {
  if (capacity === undefined) return '';
  const others = capacity.contestants.filter(({ name }) => name !== capacity.hub);
  const found = others.map(({ name }) => ({ name, ...calmPairs(capacity, name) }));
  const all = capacity.pairs.length;
  const dropped = found.reduce((sum, { dropped: count }) => sum + count, 0);
  const rule = `${disturbance(calmForMedians)}, or answers came in too late`;
  const restless = found.filter(({ isCalm }) => !isCalm).map(({ name }) => name);
  const left = `Left out: ${dropped} of ${all} pairs of turns, because ${rule}.`;
  if (restless.length === 0) return left;
  return `**Too many pairs were disturbed (${rule}), so all were kept for: ${restless.join('; ')}.** Measure again on an idle machine. ${left}`;
}

function placement(isPinned: boolean): string {
  return isPinned
    ? 'A contestant has one processor to itself; generator, upstream and databases share another. All is on one machine.'
    : 'Processes could not be kept on processors of their own here, so they disturb each other.';
}

function named(name: string | null): string {
  return name === null ? '' : `: ${name}`;
}

/** How many rounds count, and how many were measured once more because of what disturbed them. */
function countOf({ calmness, rounds }: { calmness: Calmness; rounds: Calm<unknown> }): string {
  const { kept, dropped, isCalm } = rounds;
  const rule = disturbance(calmness);
  if (!isCalm) return `${kept.length} rounds, **most of them disturbed** (${rule})`;
  const again = dropped === 0 ? '' : ` beside ${dropped} that are left out (${rule})`;
  return `${kept.length} rounds${again}`;
}

function latencyText({ latency, cold }: Findings): string {
  if (latency === undefined) return 'Not measured.';
  const line = (name: string, of: 'direct' | 'through'): string =>
    row([
      name,
      ...(['p50Us', 'p90Us', 'p99Us', 'p999Us'] as const).map((percentile) =>
        withRange(spreadOf(latency.rounds.kept.map((round) => round[of][percentile] / 1000)), 2),
      ),
    ]);
  return `${[
    row(['ms', 'p50', 'p90', 'p99', 'p99.9']),
    row(['---', '---:', '---:', '---:', '---:']),
    line('the upstream, directly', 'direct'),
    line('apigate, everything on', 'through'),
  ].join('\n')}

${whole(latency.perSecond)} requests/s, half of the capacity, due at random times (Poisson) whether or not earlier ones are answered, measured
from when each was due; ${countOf(latency)} in turns. Here alone the database gets a processor only when nobody else wants it,
because it shares one with the generator and would delay what the generator sends and sees.${
    cold === undefined
      ? ''
      : ` The first use of a key takes one look-up in the database: p50 ${withRange(coldMs(cold, 'p50Us'), 2)} ms, p99 ${withRange(coldMs(cold, 'p99Us'), 2)} ms, p99.9 ${withRange(coldMs(cold, 'p999Us'), 2)} ms, in ${countOf(cold)}. For that it may use any processor, because what it does is measured.`
  }`;
}

/** How many look-ups were not the first of their key. */
function known(text: string, { repeatedLookUps }: Asked): string {
  return isKeyLookUp(text) ? `, ${whole(repeatedLookUps)} of them not for the first time` : '';
}

function statementsText({ statements }: Findings): string {
  if (statements === undefined) return 'Not measured.';
  const { slow, fast, cold } = statements;
  const list = (title: string, asked: Asked): string =>
    [
      `${title}, in ${asked.seconds.toFixed(1)} s for ${whole(asked.requests)} requests:`,
      '',
      ...[...asked.statements].map(
        ([text, count]) => `- ${whole(count)} × \`${text}\`${known(text, asked)}`,
      ),
    ].join('\n');
  return `Statements are counted between the proxy and PostgreSQL, with their first characters.

${list('Known keys, slowly', slow)}

${list('Known keys, fast', fast)}

${list('Keys used for the first time', cold)}`;
}

function disturbedOpenings(loads: readonly PageLoads[]): string {
  const dropped = loads.reduce((sum, { openings }) => sum + openings.dropped, 0);
  if (dropped === 0) return '';
  const restless = loads.filter(({ openings }) => !openings.isCalm).map(({ name }) => name);
  const kept = restless.length === 0 ? '' : `, but for **${restless.join('; ')}**`;
  return `\nDisturbed were ${dropped} openings (${disturbance(calmForMedians)}), which are left out${kept}.`;
}

function pagesText({ pages }: Findings): string {
  if (pages === undefined) return 'Not measured.';
  return `The built web app, served by the control plane of a system with ${whole(pages.users)} users and as many requests, in Chromium at
1280 × 800, on the processors that the system runs on. Each opening has an empty cache and a processor slowed ${pages.slowdown} ×.${disturbedOpenings(pages.loads)}

${[
  row(['page', 'largest contentful paint, median, s', 'slowest, s', 'layout shift, worst']),
  row(['---', '---:', '---:', '---:']),
  ...pages.loads.map((loads) =>
    row([
      loads.name,
      seconds(medianLcpMs(loads)),
      seconds(Math.max(...loads.openings.kept.map(({ lcpMs }) => lcpMs))),
      fixed(worstShift(loads), 3),
    ]),
  ),
].join('\n')}

Texts that are typed are beginnings of addresses, names, and numbers within them; what is timed is the last character of each,
from the key that is pressed until the frame with what was found is painted, the pause in which somebody may type on
included.`;
}

function tallyTable({ tallies }: Findings): string {
  return [
    row(['', 'sent and answered', 'reached the upstream', 'counted', 'recorded']),
    row(['---', '---:', '---:', '---:', '---:']),
    ...[...tallies].map(([name, { sent, hits, counted, recorded }]) =>
      row([name, ...[sent, hits, counted, recorded].map((n) => (n === null ? '' : whole(n)))]),
    ),
  ].join('\n');
}
