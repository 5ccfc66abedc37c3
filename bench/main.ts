/**
 * What `npm run bench` runs: how fast the proxy is beside others that do the same, how fast the pages are in a browser,
 * and whether both reach their targets.
 * `--quick` tries everything out in a few minutes, `--only` some parts and `--among` some contestants; those write
 * nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { requirePrograms } from '../tooling/programs.ts';
import { everything, open } from './contestants/apigate.ts';
import type { Contestant } from './contestants/contestant.ts';
import { startExpressGateway } from './contestants/express-gateway.ts';
import { startHaproxy } from './contestants/haproxy.ts';
import { startLuaNginx, startPlainNginx, startUpstream, type Given } from './contestants/nginx.ts';
import { nodeProxies, startNodeProxy } from './contestants/node-proxies.ts';
import { startDatabase } from './database.ts';
import type { Findings } from './findings.ts';
import { describeMachine } from './machine.ts';
import { installPeers } from './peers.ts';
import { canPin, pinOurselves, shareByProcess } from './placement.ts';
import { stopPrograms } from './programs.ts';
import { writeReport } from './report.ts';
import { measureCapacity } from './sections/capacity.ts';
import { measureColdKeys } from './sections/cold-keys.ts';
import { measureWithoutDatabase } from './sections/database-away.ts';
import { measureLatency } from './sections/latency.ts';
import { measureManyKeys } from './sections/many-keys.ts';
import { measurePages } from './sections/pages.ts';
import { countStatements } from './sections/statements.ts';
import { measureThreads } from './sections/threads.ts';
import { startOurs, warmUp, writeKeys, type Stage } from './stage.ts';
import { spreadOf } from './statistics.ts';
import { Tallies, type Tally } from './tallies.ts';
import { targetsOf } from './targets.ts';

const reportFile = path.join(import.meta.dirname, 'RESULTS.md');
const warmUpRequests = { whole: 60_000, quick: 5_000 };

/** In the order in which they are measured. */
const parts = [
  'capacity',
  'database',
  'latency',
  'cold',
  'threads',
  'statements',
  'many',
  'pages',
] as const;
type Part = (typeof parts)[number];

interface Wanted {
  isQuick: boolean;
  parts: ReadonlySet<Part>;
  /** The contestants beside ours; all of them when missing. */
  among: ReadonlySet<string> | null;
}

async function main(wanted: Wanted): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error('The processor time is read from /proc, which Linux has.');
  const startedAt = performance.now();
  await requirePrograms([
    'nginx',
    'nginx-lua',
    'lua-lrucache',
    'lua-sha256',
    'haproxy',
    'redis-server',
    'wrk',
  ]);
  await installPeers();
  await pinOurselves('generator');
  using _sharing = shareByProcess();
  await using stack = new AsyncDisposableStack();
  const stage = await setTheStage(stack, wanted.isQuick);
  const { tallies } = stage;
  const settled = new Map<string, Tally>();
  stage.settle = async (contestant) => {
    settled.set(contestant.name, await tallies.of(contestant));
  };
  const ours = stack.use(await startOurs(stage, { route: 'full', ...everything }));
  const others = await startOthers(stack, stage, wanted);
  const size = wanted.isQuick ? warmUpRequests.quick : warmUpRequests.whole;
  const warm = await warmUp(stage, ours, { requests: size, seconds: 2 });

  const findings: Findings = {
    machine: await describeMachine(),
    measuredAt: new Date(),
    minutes: 0,
    isPinned: canPin,
    failures: [],
    tallies: settled,
    quota: { sent: 0, units: 0 },
  };
  /** Measures one part, if it is wanted; when it fails, the others are still measured. */
  const attempt = async <Result>(
    part: Part,
    measurePart: () => Promise<Result>,
  ): Promise<Result | undefined> => {
    if (!wanted.parts.has(part)) return undefined;
    console.log(`\n${part}`);
    try {
      return await measurePart();
    } catch (error) {
      console.log(error);
      findings.failures.push({ part, reason: String(error) });
      return undefined;
    }
  };
  findings.capacity = await attempt('capacity', () => measureCapacity(stage, ours, others));
  for (const contestant of others) await stage.settle(contestant);
  findings.withoutDatabase = await attempt('database', () => measureWithoutDatabase(stage, ours));
  const rates = findings.capacity?.turns
    .filter(({ contestant }) => contestant === ours.name)
    .map(({ requestsPerSecond }) => requestsPerSecond);
  const capacity = rates === undefined ? warm : spreadOf(rates).median;
  findings.latency = await attempt('latency', () => measureLatency(stage, ours, capacity / 2));
  findings.cold = await attempt('cold', () => measureColdKeys(stage, ours));
  await stage.settle(ours);
  findings.threads = await attempt('threads', () => measureThreads(stage));
  findings.statements = await attempt('statements', () => countStatements(stage));
  findings.many = await attempt('many', () => measureManyKeys(stage, capacity));
  findings.pages = await attempt('pages', () => measurePages(stage));

  findings.quota = {
    sent: [...settled]
      .filter(([name]) => name.startsWith('apigate') && name !== open.name)
      .reduce((sum, [, { sent }]) => sum + sent, 0),
    units: await stage.database.quotaUnits(),
  };
  findings.minutes = (performance.now() - startedAt) / 60_000;
  const report = writeReport(findings);
  const isWhole = !wanted.isQuick && wanted.among === null && wanted.parts.size === parts.length;
  if (isWhole) writeFileSync(reportFile, report);
  else console.log(`\n${report}`);
  for (const { what, wanted: aim, found, isReached } of targetsOf(findings)) {
    if (isReached === false) console.log(`NOT REACHED  ${what}: ${found}, wanted ${aim}`);
  }
  if (findings.failures.length > 0) process.exitCode = 1;
  console.log(
    `${findings.minutes.toFixed(1)} minutes${isWhole ? ', written to bench/RESULTS.md' : ''}`,
  );
}

/** Upstream, database and keys. */
async function setTheStage(stack: AsyncDisposableStack, isQuick: boolean): Promise<Stage> {
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-bench-'));
  stack.defer(() => rmSync(dir, { recursive: true, maxRetries: 5 }));
  // Workers of an nginx that root starts run under another account.
  await chmod(dir, 0o755);
  const keysFile = path.join(dir, 'keys');
  const upstream = stack.use(await startUpstream(dir, keysFile));
  console.log('filling a PostgreSQL with 10,000 keys');
  const database = stack.use(await startDatabase(dir, new URL(upstream.url).origin));
  const tallies = new Tallies(upstream.hits);
  const settle = (): Promise<void> => Promise.resolve();
  const stage = { dir, isQuick, upstream, database, tallies, keysFile, settle };
  writeKeys(stage, 'keys', database.keys);
  const callers = database.keys.map((key, at) => `${key} caller-${at}`);
  writeKeys(stage, 'callers', callers);
  return stage;
}

/** All contestants beside ours that are wanted. */
async function startOthers(
  stack: AsyncDisposableStack,
  stage: Stage,
  { parts: wantedParts, among }: Wanted,
): Promise<Contestant[]> {
  if (!wantedParts.has('capacity')) return [];
  const { dir, keysFile, upstream } = stage;
  const callersFile = path.join(dir, 'callers');
  const given: Given = { dir, upstreamPort: upstream.port, keysFile, callersFile };
  const starts: (readonly [id: string, start: () => Promise<Contestant & AsyncDisposable>])[] = [
    ['lua', () => startLuaNginx(given, false)],
    ['lua-lru', () => startLuaNginx(given, true)],
    ['open', () => startOurs(stage, { route: 'open', ...open })],
    ['nginx', () => startPlainNginx(given)],
    ['haproxy', () => startHaproxy(given)],
    ...nodeProxies.map((name) => [name, () => startNodeProxy(name, given)] as const),
    ['express-gateway', () => startExpressGateway(given)],
  ];
  const started: Contestant[] = among === null || among.has('direct') ? [upstream] : [];
  for (const [id, start] of starts) {
    if (among === null || among.has(id)) started.push(stack.use(await start()));
  }
  return started;
}

function wantedFrom(args: readonly string[]): Wanted {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      among: { type: 'string' },
    },
  });
  const names = values.only?.split(',') ?? parts;
  const unknown = names.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: not one of ${parts.join(', ')}`);
  return {
    isQuick: values.quick,
    parts: new Set(parts.filter((part) => names.includes(part))),
    among: values.among === undefined ? null : new Set(values.among.split(',')),
  };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopPrograms);
await main(wantedFrom(process.argv.slice(2)));
