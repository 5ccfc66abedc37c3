/**
 * What `npm run drills` runs: all drills, or those that are named. `--short` tries each in seconds and writes nothing;
 * otherwise the results go into DRILLS.md, in place of those that the same drills had there.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.ts';
import { abortsDrill } from './aborts.ts';
import { backupDrill } from './backup.ts';
import { bodiesDrill } from './bodies.ts';
import { clockDrill } from './clock.ts';
import { outageDrills } from './database-outages.ts';
import { descriptorsDrill } from './descriptors.ts';
import { postgresFullDrill, spoolFullDrill } from './disks.ts';
import { closeDrillServer } from './drill-database.ts';
import type { Drill, DrillOutcome } from './drill.ts';
import { elsewhere } from './elsewhere.ts';
import { idleDrill } from './idle.ts';
import { killDrill } from './kill.ts';
import { locksDrill } from './locks.ts';
import { redisAbsentDrill, redisDyingDrill } from './redis.ts';
import { lostNoticesDrill, revocationDrill } from './revocation.ts';
import { spoolDamageDrill } from './spool-damage.ts';
import { stormDrill } from './storm.ts';
import { leaveDrill } from './leave.ts';
import { memoryDrill } from './memory.ts';
import { overloadDrill } from './overload.ts';
import { restartsDrill } from './restarts.ts';
import { slowDrill } from './slow.ts';
import { threadsDrill } from './threads.ts';
import { upstreamsDrill } from './upstreams.ts';

/** Of what happens to the proxy itself, to those in front of it and to those behind it. */
const proxyDrills: readonly Drill[] = [
  threadsDrill,
  leaveDrill,
  restartsDrill,
  upstreamsDrill,
  abortsDrill,
  slowDrill,
  overloadDrill,
  idleDrill,
  descriptorsDrill,
  bodiesDrill,
  memoryDrill,
];
/** Of what happens to database, disks, clocks and Redis, and of changes that have to be in force soon. */
const surroundingDrills: readonly Drill[] = [
  ...outageDrills,
  locksDrill,
  spoolFullDrill,
  spoolDamageDrill,
  postgresFullDrill,
  clockDrill,
  redisAbsentDrill,
  redisDyingDrill,
  revocationDrill,
  lostNoticesDrill,
  stormDrill,
  backupDrill,
];
const drills: readonly Drill[] = [killDrill, ...surroundingDrills, ...proxyDrills];
const reportFile = path.join(import.meta.dirname, '..', 'DRILLS.md');

interface Result {
  drill: Drill;
  outcome: DrillOutcome;
  seconds: number;
}

async function runDrill(drill: Drill, isShort: boolean): Promise<Result> {
  console.log(`${drill.name}: ${drill.title}`);
  const startedAt = performance.now();
  const say = (line: string): void => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`  ${seconds.padStart(6)} s  ${line}`);
  };
  // What one breaks off with is no reason not to run the others.
  const outcome = await drill.run({ isShort, say }).catch((error: unknown): DrillOutcome => {
    console.error(error);
    return { counts: {}, problems: [`It broke off: ${String(error)}`] };
  });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  for (const [what, count] of Object.entries(outcome.counts)) say(`${what}: ${inFigures(count)}`);
  for (const problem of outcome.problems) say(`FAILED: ${problem}`);
  return { drill, outcome, seconds };
}

const inFigures = (count: number): string => count.toLocaleString('en-US');

const heading = '\n## ';

/** The sections of the last report by the names of their drills. */
function sectionsBefore(): Map<string, string> {
  const text = existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : '';
  const sections = text.split(heading).slice(1);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}

function sectionOf({ drill, outcome, seconds }: Result, machine: string): string {
  const { counts, problems } = outcome;
  const day = new Date().toISOString().slice(0, 10);
  const lines = [
    drill.name,
    '',
    drill.title,
    '',
    `${day}, ${inFigures(seconds)} s, ${machine}`,
    '',
  ];
  lines.push('| counted | |', '| --- | ---: |');
  lines.push(...Object.entries(counts).map(([what, n]) => `| ${what} | ${inFigures(n)} |`), '');
  lines.push(problems.length === 0 ? 'Met.' : `Not met: ${problems.join(' ')}`, '');
  return lines.join('\n');
}

async function report(results: readonly Result[]): Promise<string> {
  const machine = await describeMachine();
  const sections = sectionsBefore();
  for (const result of results) sections.set(result.drill.name, sectionOf(result, machine));
  const elsewhereRows = elsewhere.map(([fault, where]) => `| ${fault} | ${where} |`);
  return [
    '# Drills\n\nFaults brought about on purpose under load, and what was counted. `npm run drills` writes this file.\n',
    ...drills.flatMap(({ name }) => sections.get(name) ?? []),
    ['Not here', '', '| fault | tested by |', '| --- | --- |', ...elsewhereRows, ''].join('\n'),
  ].join(heading);
}

const { values, positionals } = parseArgs({
  options: { short: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !drills.some((drill) => drill.name === name));
if (unknown.length > 0) {
  const names = drills.map(({ name }) => name).join(', ');
  throw new Error(`No drill is called ${unknown.join(' or ')}; there are ${names}.`);
}
const chosen = drills.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const results: Result[] = [];
try {
  for (const drill of chosen) results.push(await runDrill(drill, values.short));
} finally {
  await closeDrillServer();
}
if (!values.short) {
  writeFileSync(reportFile, await report(results));
  console.log('written to bench/DRILLS.md');
}
if (results.some(({ outcome }) => outcome.problems.length > 0)) process.exitCode = 1;
