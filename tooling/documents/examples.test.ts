import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { effectOf, isReading } from './conformance/effects.ts';
import { operationsOf } from './conformance/operation.ts';
import { runGraphql } from './conformance/run-block.ts';
import { openStage } from './conformance/stage.ts';
import { readExamples, type Example } from './read-document.ts';
import { ShellSession } from './shell-session.ts';
import { splitCommands } from './shell-words.ts';
import { printed } from './shown-output.ts';
import { startGateway } from './started-gateway.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sdk = path.join(root, 'packages/sdk');
const startCommand = 'npm start';
/** The ports that the documents name. */
const shownPorts = ['8080', '8000', '9099'] as const;

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'packages/sdk/README.md',
  ...globSync('docs/*.md', { cwd: root }),
]
  .sort()
  .map((name) => ({ name, examples: readExamples(path.join(root, name)) }));

test('leaves out only the examples that cannot run here', () => {
  const leftOut = documents.flatMap(({ name, examples }) =>
    examples
      .filter((example) => !isRun(example))
      .map((example) => `${name}: ${example.notRunBecause}`),
  );
  expect(leftOut).toEqual([
    'CONTRIBUTING.md: the first two are long, the last two do not end.',
    'README.md: it is the tests.',
    'docs/cli.md: it is about your shell.',
    'docs/getting-started.md: the address is the one that you got this from.',
    'docs/production.md: it would write into your clone.',
    'docs/production.md: it needs a Docker engine.',
    'docs/production.md: it needs a Docker engine.',
    'docs/production.md: each runs until it is stopped.',
    'docs/production.md: it needs a proxy that runs already.',
    'docs/production.md: it needs a Docker engine.',
  ]);
});

const toRun = documents
  .map(({ name, examples }) => ({ name, examples: examples.filter(isRun) }))
  .filter(({ examples }) => examples.length > 0);
const starting = toRun.filter(({ examples }) => examples.some(isStart));
// A page that starts no apigate takes one for granted; those share it, one after the other.
const others = toRun.filter((document) => !starting.includes(document));

/** The examples that have run and printed what is shown. */
const proven = new Set<Example>();

afterAll(() => {
  const all = documents.flatMap(({ examples }) => examples).filter(isRun);
  console.log(`${proven.size} of ${all.length} blocks of our own documents`);
});

test.each(
  [...starting.map((document) => [document]), others].map((pages) => ({
    pages,
    names: pages.map(({ name }) => name).join(', '),
  })),
)('$names: the commands work and print what is shown', { timeout: 480_000 }, async ({ pages }) => {
  await using stack = new AsyncDisposableStack();
  const workDir = mkdtempSync(path.join(tmpdir(), 'apigate-docs-'));
  stack.defer(() => rmSync(workDir, { recursive: true, maxRetries: 5 }));
  // The pages write what they export into the folder in which apigate runs.
  const before = new Set(filesInRoot());
  stack.defer(() => {
    for (const file of filesInRoot()) if (!before.has(file)) rmSync(path.join(root, file));
  });
  const dataDir = path.join(workDir, 'data');
  installSdk(workDir);
  const ports = new Map<string, string>();
  for (const port of shownPorts) ports.set(port, await freePort());
  const here = (text: string): string =>
    text
      .replaceAll(
        new RegExp(`\\b(?:${shownPorts.join('|')})\\b`, 'g'),
        (port) => ports.get(port) ?? port,
      )
      .replaceAll('./.apigate/', `${dataDir}/`);
  const env = environment({
    APIGATE_DATA_DIR: dataDir,
    APIGATE_PORT: here('8080'),
    APIGATE_PROXY_PORT: here('8000'),
    XDG_CONFIG_HOME: path.join(workDir, 'config'),
  });

  await using gateway = await startGateway(startCommand, { cwd: root, env });
  await using stage = await openStage(dataDir, root);
  for (const { name, examples } of pages) {
    await using session = new ShellSession({ cwd: root, env, workDir });
    for (const example of examples) {
      let output = isStart(example) ? gateway.output : '';
      if (example.language === 'graphql') {
        output = JSON.stringify(await runGraphql(stage, example.code), null, 2);
      }
      const commands = isStart(example) ? [] : commandsOf(example, workDir, here);
      for (const command of commands) {
        const result = await session.run(command);
        output += result.output;
        expect(result.isGood, `${name}:${example.line} failed:\n${output}`).toBe(true);
        if (isRefusal(result.output)) continue;
        for (const operation of result.executed.flatMap(operationsOf)) {
          if (isReading(operation)) continue;
          await effectOf(operation).check(stage, operation, { text: result.output });
        }
      }
      const isAsShown = example.shown === null || printed(output, here(example.shown));
      expect(isAsShown, `${name}:${example.line} printed something else:\n${output}`).toBe(true);
      proven.add(example);
    }
  }
  expect(await gateway.stop(), 'the exit code after Ctrl-C').toBe(0);
});

function filesInRoot(): string[] {
  return globSync('*.{csv,json,txt}', { cwd: root });
}

function isRun({ notRunBecause }: Example): boolean {
  return notRunBecause === null;
}

function isStart({ code }: Example): boolean {
  return code === startCommand;
}

/** Whether a request was refused, which changes nothing; the page shows how. */
function isRefusal(output: string): boolean {
  return /"status":4\d\d|^4\d\d$|^HTTP\S+ 4/m.test(output);
}

/** The commands of an example on the ports and with the data dir of this test; a program is run from a file. */
function commandsOf(
  { language, code }: Example,
  workDir: string,
  here: (text: string) => string,
): string[] {
  if (language === 'sh') return splitCommands(here(code));
  if (language === 'graphql') return [];
  const file = path.join(workDir, 'example.ts');
  writeFileSync(file, here(code));
  return [`node '${file}'`];
}

/** Puts the SDK where programs in a folder find it, beside the frameworks that it has a door to. */
function installSdk(dir: string): void {
  const modules = path.join(dir, 'node_modules');
  mkdirSync(path.join(modules, '@apigate'), { recursive: true });
  symlinkSync(sdk, path.join(modules, '@apigate/sdk'));
  for (const name of ['express', 'hono']) {
    symlinkSync(path.join(sdk, 'node_modules', name), path.join(modules, name));
  }
}

/** Our environment without what would change what apigate or npm does. */
function environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = Object.entries(process.env).filter(
    ([name]) => !/^(?:APIGATE_|JWT_|npm_|VITEST)|^(?:DATABASE_URL|NODE_ENV|TEST)$/.test(name),
  );
  return { ...Object.fromEntries(given), npm_config_loglevel: 'error', ...own };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address === 'object' && address !== null) return String(address.port);
  throw new Error('no port is free');
}
