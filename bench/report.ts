import type { Measurement, Round } from './rounds.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** Past this part of the processors, what others did disturbed a round. */
const foreignMax = 0.05;
/** Undisturbed rounds that a median needs at least. */
const calmRoundsMin = 3;
/** Below this, the processor of a contestant was not what limited it. */
const busyMin = 0.8;

/** All that the report tells. */
export interface Findings {
  machine: string;
  measuredAt: Date;
  isPinned: boolean;
  seconds: number;
  /** In the order of the table: the upstream, nginx, apigate. */
  contestants: readonly [string, string, string];
  rounds: readonly Round[];
  /** Requests of ours that were sent, reached the upstream, were stored as events and counted as units. */
  accounts: { sent: number; hits: number; events: number; units: number };
}

/** Whether what went in came out everywhere. */
export function balances({ sent, hits, events, units }: Findings['accounts']): boolean {
  return sent === hits && sent === events && sent === units;
}

/** The report as Markdown. */
export function writeReport(findings: Findings): string {
  const { machine, measuredAt, isPinned, seconds, contestants, accounts } = findings;
  const [upstream, nginx, apigate] = contestants;
  const calm = findings.rounds.filter((round) =>
    round.every(({ foreign }) => foreign <= foreignMax),
  );
  const isCalm = calm.length >= calmRoundsMin;
  const rounds = isCalm ? calm : findings.rounds;
  const busy = spreadOf(rounds.map((round) => measurementIn(round, apigate).busy ?? 0));
  return `# How fast it is

Written by \`npm run bench\` on ${measuredAt.toISOString().slice(0, 10)}; run it again to replace it.

${machine}.

| | requests/s | of ${nginx} | of the ${upstream} | processor seconds per 1,000 requests |
| --- | ---: | ---: | ---: | ---: |
${contestants.map((name) => row(name, rounds, upstream, nginx)).join('\n')}

Medians of ${rounds.length} rounds of ${seconds} s each, with the least and the most in brackets. A ratio compares
neighbours in a round; requests/s of different runs cannot be compared, ratios can. By processor time, apigate takes
${show(processorRatio(rounds, apigate, nginx), 2)} times what nginx takes for a request.

${isCalm ? leftOut(findings.rounds.length - calm.length) : disturbed} apigate kept its processor ${Math.round(busy.median * 100)} % busy${
    busy.median < busyMin ? ', so something else was the limit' : ''
  }.

## What was compared

The same upstream, an nginx that answers with 200 bytes, is reached in three ways over 64 kept connections:

- **${upstream}**: by the generator itself. It shares a processor with the upstream, so this is no measure of nginx.
- **${nginx}**: through an nginx with one worker that passes everything on over kept connections and does nothing else.
- **${apigate}**: through one process of the proxy as it is in production. Each request comes with the next of 10,000 keys,
  is identified, checked against a rate limit and a quota, gets its headers, and is stored as a usage event, with rollups
  and quota counters, in a PostgreSQL that waits for its disk.

${isPinned ? 'What stands in front of the upstream has one processor to itself; generator, upstream and database share another.' : 'Processes could not be kept on processors of their own here, so they disturb each other.'} All is on one machine. The
generator sends as fast as it is answered, so this is capacity; it says nothing about latency at a given load.

## What was checked

Every request was answered with a 2xx, and the accounts of the whole run agree:

| sent to apigate | reached the upstream | usage events stored | units on the quotas |
| ---: | ---: | ---: | ---: |
| ${[accounts.sent, accounts.hits, accounts.events, accounts.units].map(count).join(' | ')} |

A run in which they do not agree writes no report.

## Once more

\`\`\`text
npm run bench              two minutes, writes this file
npm run bench -- --quick   a few seconds, writes nothing
\`\`\`

nginx, wrk and taskset are needed; root on Debian gets them by itself.
`;
}

const disturbed = `**Other programs used more than ${foreignMax * 100} % of the processors in most rounds.** Then only the processor seconds say
something; measure again on an idle machine.`;

function leftOut(rounds: number): string {
  return rounds === 0
    ? 'No round was disturbed by other programs.'
    : `Left out: ${rounds} in which other programs used more than ${foreignMax * 100} % of the processors.`;
}

function row(name: string, rounds: readonly Round[], upstream: string, nginx: string): string {
  const rates = spreadOf(rounds.map((round) => measurementIn(round, name).requestsPerSecond));
  const seconds = rounds.map((round) => measurementIn(round, name).processorSecondsPer1000);
  const cells = [
    name,
    show(rates, 0),
    name === nginx ? '1' : show(rateRatio(rounds, name, nginx), 2),
    name === upstream ? '1' : show(rateRatio(rounds, name, upstream), 2),
    seconds.includes(null) ? '' : show(spreadOf(seconds.map(Number)), 3),
  ];
  return `| ${cells.join(' | ')} |`;
}

function rateRatio(rounds: readonly Round[], name: string, other: string): Spread {
  return spreadOf(
    rounds.map(
      (round) =>
        measurementIn(round, name).requestsPerSecond /
        measurementIn(round, other).requestsPerSecond,
    ),
  );
}

function processorRatio(rounds: readonly Round[], name: string, other: string): Spread {
  return spreadOf(
    rounds.map(
      (round) =>
        Number(measurementIn(round, name).processorSecondsPer1000) /
        Number(measurementIn(round, other).processorSecondsPer1000),
    ),
  );
}

function measurementIn(round: Round, name: string): Measurement {
  const found = round.find(({ contestant }) => contestant === name);
  if (found === undefined) throw new Error(`${name} was not in a round.`);
  return found;
}

function show({ median, min, max }: Spread, digits: number): string {
  const [middle, least, most] = [median, min, max].map((figure) => figureOf(figure, digits));
  return `${middle} (${least}–${most})`;
}

function figureOf(figure: number, digits: number): string {
  return figure.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function count(figure: number): string {
  return figureOf(figure, 0);
}
