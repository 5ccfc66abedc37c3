/**
 * What `npm test` runs: every check of this repository, one after the other, whether or not an earlier one failed.
 * `node x.mjs test --only unit,e2e` runs some of them.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkDependencies } from './check-dependencies.ts';
import { findChromium } from './find-chromium.ts';
import { requirePrograms, type Program } from './programs.ts';
import { runTool, stopTools } from './run-tool.ts';
import { readPlaywrightReport, readVitestReport, type Findings } from './test-reports.ts';

interface Step {
  title: string;
  run: () => Promise<Findings>;
}

const root = path.resolve(import.meta.dirname, '..');
/** Only so that a run that hangs ends some time; on the slowest machine all of it takes less. */
const testsTimeoutMinutes = 20;
/** What the tests start beside our own programs. */
const programs: readonly Program[] = [
  'apache2',
  'caddy',
  'h2o',
  'haproxy',
  'lighttpd',
  'nginx',
  'redis-server',
  'squid',
  'varnishd',
];
const reports = mkdtempSync(path.join(tmpdir(), 'apigate-reports-'));

const steps: Readonly<Record<string, Step>> = {
  types: { title: 'types (tsc)', run: checkTypes },
  lint: { title: 'lint (oxlint)', run: () => check('oxlint', []) },
  format: {
    title: 'format (oxfmt; node x.mjs oxfmt mends it)',
    run: () => check('oxfmt', ['--check']),
  },
  dependencies: { title: 'direction of dependencies', run: checkDirection },
  unused: { title: 'unused code (knip)', run: () => check('knip', []) },
  build: { title: 'build of the web app (vite)', run: () => check('node', ['x.mjs', 'build']) },
  unit: { title: 'unit and integration tests (vitest)', run: runVitest },
  e2e: { title: 'end-to-end tests (playwright)', run: runPlaywright },
};

/** A static check counts as one test. */
async function check(file: string, args: string[]): Promise<Findings> {
  const { isGood, output } = await runTool(file, args, { cwd: root });
  return isGood ? { passed: 1, failures: [] } : { passed: 0, failures: [output.trim()] };
}

async function checkTypes(): Promise<Findings> {
  const projects = globSync(
    ['tsconfig.json', '{apps,packages}/*/tsconfig.json', '{e2e,bench}/tsconfig.json'],
    { cwd: root },
  );
  const packages = globSync('{apps/*,packages/*,e2e,bench}/package.json', { cwd: root }).map(
    (file) => path.dirname(file),
  );
  const unchecked = packages.filter(
    (folder) => !projects.includes(path.join(folder, 'tsconfig.json')),
  );
  const failures = unchecked.map((folder) => `${folder} has no tsconfig.json`);
  const queue = projects.values();
  const checkNext = async (): Promise<void> => {
    for (const project of queue) failures.push(...(await check('tsc', ['-p', project])).failures);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, checkNext));
  return failures.length === 0
    ? { passed: 1, failures }
    : { passed: 0, failures: [failures.join('\n')] };
}

function checkDirection(): Promise<Findings> {
  const violations = checkDependencies(root);
  return Promise.resolve(
    violations.length === 0
      ? { passed: 1, failures: [] }
      : { passed: 0, failures: [violations.join('\n')] },
  );
}

async function runVitest(): Promise<Findings> {
  await requirePrograms(programs);
  const report = path.join(reports, 'vitest.json');
  const reporters = ['default', 'json', './tooling/tell-unfinished.ts'];
  const args = ['run', ...reporters.map((name) => `--reporter=${name}`)];
  args.push(`--outputFile.json=${report}`);
  return runTests('vitest', args, {}, () => readVitestReport(report));
}

async function runPlaywright(): Promise<Findings> {
  const report = path.join(reports, 'playwright.json');
  const env = { CHROMIUM_PATH: await findChromium(), PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const args = ['--filter', '@apigate/e2e', 'exec', 'playwright', 'test', '--reporter=list,json'];
  return runTests('pnpm', args, env, () => readPlaywrightReport(report));
}

/** Runs a test runner; a failure that its report does not explain, such as a crash, counts as one. */
async function runTests(
  file: string,
  args: string[],
  env: Record<string, string>,
  readReport: () => Findings,
): Promise<Findings> {
  const timeoutMs = testsTimeoutMinutes * 60_000;
  const { isGood } = await runTool(file, args, { cwd: root, env, isLive: true, timeoutMs });
  const unexplained = `failed, or took more than ${testsTimeoutMinutes} minutes; its output is above`;
  try {
    const findings = readReport();
    if (!isGood && findings.failures.length === 0) findings.failures.push(unexplained);
    return findings;
  } catch (error) {
    return { passed: 0, failures: [`${unexplained} (${String(error)})`] };
  }
}

function chooseSteps(): [string, Step][] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only?.split(',') ?? Object.keys(steps);
  return names.map((name) => {
    const step = steps[name];
    if (step === undefined)
      throw new Error(`--only takes ${Object.keys(steps).join(', ')}; there is no ${name}`);
    return [name, step];
  });
}

let stoppedBy: NodeJS.Signals | undefined;

function stop(signal: NodeJS.Signals): void {
  stoppedBy = signal;
  stopTools(signal);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
process.once('disconnect', () => stop('SIGTERM'));
// Listening alone would keep us here for as long as whoever started us.
process.channel?.unref();

async function main(): Promise<void> {
  let passed = 0;
  const failures: string[] = [];
  for (const [name, step] of chooseSteps()) {
    if (stoppedBy) break;
    console.log(`\n▶ ${step.title}`);
    const startedAt = performance.now();
    const findings = await step
      .run()
      .catch((error: unknown) => ({ passed: 0, failures: [String(error)] }));
    passed += findings.passed;
    failures.push(...findings.failures.map((failure) => `✗ ${name}: ${failure}`));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(
      findings.failures.length === 0
        ? `✓ ${name} (${seconds} s)`
        : `✗ ${name} failed (${seconds} s)`,
    );
  }
  if (stoppedBy) failures.push(`✗ stopped by ${stoppedBy}`);
  if (failures.length > 0) console.log(`\n${failures.join('\n\n')}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

try {
  await main();
} finally {
  rmSync(reports, { recursive: true });
}
