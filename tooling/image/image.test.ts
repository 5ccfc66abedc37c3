import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '@apigate/domain/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTool } from '../run-tool.ts';
import { isIgnored } from './build-context.ts';
import { ImageBuild, type Image } from './image-build.ts';
import { readDockerfile } from './read-dockerfile.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const compose = read('docker-compose.yml');
const buildTimeoutMs = 120_000;
const readyTimeoutMs = 30_000;
/** An account without rights, as the image has one. */
const nobody = 65_534;

const secrets = ['POSTGRES_PASSWORD', 'JWT_SECRET', 'APIGATE_ENCRYPTION_KEY', 'APIGATE_KEY_PEPPER'];

let dir = '';
let images: Record<'api' | 'proxy', Image>;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'apigate-image-'));
  chmodSync(dir, 0o755);
  const build = new ImageBuild(root, dir);
  images = { proxy: await build.build('proxy'), api: await build.build('api') };
}, buildTimeoutMs);

// Some 40,000 files.
afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }), buildTimeoutMs);

test(
  'both planes run from what the Dockerfile builds, in the order of docker-compose.yml',
  { timeout: 90_000 },
  async () => {
    await using database = await createTestDatabase();
    await using stack = new AsyncDisposableStack();
    const ports = { api: await freePort(), proxy: await freePort() };
    const env = {
      DATABASE_URL: database.url,
      ...Object.fromEntries(secrets.map((name) => [name, `${name} of the check of the image`])),
      APIGATE_PORT: ports.api,
      APIGATE_PROXY_PORT: ports.proxy,
      APIGATE_ADMIN_EMAIL: 'admin@example.com',
      APIGATE_UPSTREAM_URL: `http://127.0.0.1:${ports.api}`,
    };
    const [apiCheck = '', proxyCheck = ''] = healthchecks(ports);
    const api = stack.use(startContainer(images.api, env));
    await expectHealthy(apiCheck, api);
    const proxy = stack.use(startContainer(images.proxy, env));
    await expectHealthy(proxyCheck, proxy);

    const console_ = await fetch(`http://127.0.0.1:${ports.api}/console`);
    expect(await console_.text()).toContain('<div id=');
    const refused = await fetch(`http://127.0.0.1:${ports.proxy}/anything`);
    expect(await refused.json()).toMatchObject({ code: 'missing_api_key' });
    const users = await api.run(['users', 'list', '--json']);
    expect(JSON.parse(users)).toMatchObject({
      data: [{ email: 'admin@example.com', role: 'admin' }],
    });

    expect(await proxy.stop()).toBe(0);
    expect(await api.stop()).toBe(0);
  },
);

test('an image holds what runs, and nothing else', () => {
  const patterns = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '');
  for (const file of ['.env', '.git/config', '.apigate/secrets.json', 'apps/web/dist/index.html']) {
    expect(isIgnored(file, patterns), file).toBe(true);
  }
  expect(isIgnored('apps/api/src/app.test.ts', patterns)).toBe(true);
  expect(isIgnored('apps/api/src/app.ts', patterns)).toBe(false);
});

test('the pins are those of the workspace, and Node is one without the flaw in its Brotli decoder', () => {
  const dockerfile = read('Dockerfile');
  const pnpm = /pnpm@[\d.]+/.exec(read('x.mjs'))?.[0];
  expect(dockerfile).toContain(`RUN npm install --global ${pnpm}\n`);
  const [major = 0, minor = 0, patch = 0] =
    /^ARG NODE_IMAGE=node:(\d+)\.(\d+)\.(\d+)-/m.exec(dockerfile)?.slice(1).map(Number) ?? [];
  expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(24_022_001);
  expect(Number(/image: postgres:(\d+)\.\d+-/.exec(compose)?.[1])).toBeGreaterThanOrEqual(15);
});

test('docker-compose.yml holds no secret and sets only what exists', () => {
  const stages = readDockerfile(read('Dockerfile')).map(({ name }) => name);
  const targets = [...compose.matchAll(/target: (\w+)/g)].map(([, target]) => target);
  expect(targets).toEqual(['api', 'proxy']);
  expect(stages).toEqual(expect.arrayContaining(targets));
  for (const name of secrets) {
    const uses = [...compose.matchAll(new RegExp(`\\$\\{${name}\\b([^}]*)\\}`, 'g'))];
    expect(uses.length, name).toBeGreaterThan(0);
    for (const [, rest] of uses) expect(rest, name).toMatch(/^:\?/);
  }
  const documented = read('docs/configuration.md');
  const set = [...compose.matchAll(/^ +([A-Z_]+): /gm)].map(([, name = '']) => name);
  const unknown = set.filter(
    (name) => !name.startsWith('POSTGRES_') && !documented.includes(`\`${name}\``),
  );
  expect(unknown).toEqual([]);
});

test('docker compose takes docker-compose.yml, where there is one', async ({ skip }) => {
  const env = Object.fromEntries(secrets.map((name) => [name, 'x'.repeat(32)]));
  for (const command of ['docker compose', 'docker-compose']) {
    const isHere = await runTool('sh', ['-c', `${command} version`], { cwd: root });
    if (!isHere.isGood) continue;
    const checked = await runTool('sh', ['-c', `${command} config --quiet`], { cwd: root, env });
    expect(checked).toEqual({ isGood: true, output: '' });
    return;
  }
  skip('there is no docker compose here');
});

interface Container extends AsyncDisposable {
  /** Runs the command of the image with other arguments beside it. @returns what it prints */
  run: (args: readonly string[]) => Promise<string>;
  /** @returns the exit code */
  stop: () => Promise<number | null>;
  output: () => string;
}

function startContainer(image: Image, given: Readonly<Record<string, string>>): Container {
  const dataDir = path.join(image.workDir, '..', 'data');
  mkdirSync(dataDir);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(dataDir, nobody, nobody);
  // Not root, and not the owner of the files that it runs: as if the file system were read-only.
  const account = isRoot && image.user === 'node' ? { uid: nobody, gid: nobody } : {};
  const env = {
    PATH: process.env['PATH'],
    HOME: dataDir,
    ...image.env,
    APIGATE_DATA_DIR: dataDir,
    APIGATE_HOST: '127.0.0.1',
    ...given,
  };
  const launch = (command: readonly string[]): ChildProcess => {
    const [file = '', ...args] = command;
    return spawn(file, args, {
      ...account,
      cwd: image.workDir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  const child = launch(image.command);
  const output = collect(child);
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    }
    return child.exitCode;
  };
  return {
    output,
    stop,
    async run(args) {
      const program = launch([...image.command.slice(0, 2), ...args]);
      const printed = collect(program);
      await once(program, 'close');
      return printed();
    },
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

function collect(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return () => output;
}

/** The programs by which docker-compose.yml finds out whether a plane is ready, on the ports of this test. */
function healthchecks(ports: { api: string; proxy: string }): string[] {
  return [...compose.matchAll(/^ +- "(fetch\(.*)"$/gm)].map(([, program = '']) =>
    program.replace(':8080/', `:${ports.api}/`).replace(':8000/', `:${ports.proxy}/`),
  );
}

async function expectHealthy(check: string, container: Container): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    const { isGood } = await runTool('node', ['--eval', check], { cwd: root });
    if (isGood) return;
    await sleep(200);
  }
  expect.fail(`was not healthy in time:\n${check}\n${container.output()}`);
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
