import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readExamples, type Example } from './read-document.ts';
import { ShellSession } from './shell-session.ts';
import { printed } from './shown-output.ts';
import { startGateway } from './started-gateway.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sdk = path.join(root, 'packages/sdk/src/index.ts');
const startCommand = 'npm start';
/** The ports that the documents name. */
const shownPorts = ['8080', '8000', '9099'] as const;

const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })]
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

test.each(
  [...starting.map((document) => [document]), others].map((pages) => ({
    pages,
    names: pages.map(({ name }) => name).join(', '),
  })),
)('$names: the commands work and print what is shown', { timeout: 240_000 }, async ({ pages }) => {
  await using stack = new AsyncDisposableStack();
  const workDir = mkdtempSync(path.join(tmpdir(), 'apigate-docs-'));
  stack.defer(() => rmSync(workDir, { recursive: true, maxRetries: 5 }));
  const dataDir = path.join(workDir, 'data');
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
  for (const { name, examples } of pages) {
    await using session = new ShellSession({ cwd: root, env, workDir });
    for (const example of examples) {
      const { isGood, output } = isStart(example)
        ? { isGood: true, output: gateway.output }
        : await session.run(commandsOf(example, workDir, here));
      expect(isGood, `${name}:${example.line} failed:\n${output}`).toBe(true);
      const isAsShown = example.shown === null || printed(output, here(example.shown));
      expect(isAsShown, `${name}:${example.line} printed something else:\n${output}`).toBe(true);
    }
  }
  expect(await gateway.stop(), 'the exit code after Ctrl-C').toBe(0);
});

function isRun({ notRunBecause }: Example): boolean {
  return notRunBecause === null;
}

function isStart({ code }: Example): boolean {
  return code === startCommand;
}

/** The commands of an example on the ports and with the data dir of this test; a program is run from a file. */
function commandsOf(
  { language, code }: Example,
  workDir: string,
  here: (text: string) => string,
): string {
  if (language === 'sh') return here(code);
  const file = path.join(workDir, 'example.ts');
  writeFileSync(file, here(code).replaceAll("'@apigate/sdk'", `'${sdk}'`));
  return `node '${file}'`;
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
