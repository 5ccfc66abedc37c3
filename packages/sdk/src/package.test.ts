import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const run = promisify(execFile);
const packageDir = join(import.meta.dirname, '..');
const binDir = join(packageDir, 'node_modules/.bin');

vi.setConfig({ testTimeout: 60_000 });

let blankDir: string;
let tarball: string;

/** A blank project outside the workspace, the packed tarball installed in it. */
beforeAll(async () => {
  blankDir = await mkdtemp(join(tmpdir(), 'apigate-sdk-'));
  await run(execPath, ['build.ts'], { cwd: packageDir });
  const packed = await run('pnpm', ['pack', '--json', '--pack-destination', blankDir], {
    cwd: packageDir,
  });
  tarball = JSON.parse(packed.stdout).filename;
  await writeFile(join(blankDir, 'package.json'), '{ "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: blankDir });
}, 60_000);

afterAll(() => rm(blankDir, { recursive: true }));

/** What the compiler says of a file in the blank project, under both ways to resolve modules. */
async function compile(file: string): Promise<string> {
  const flags =
    '--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target es2022';
  const said: string[] = [];
  for (const module of ['nodenext', 'preserve']) {
    const args = [...flags.split(' '), '--module', module, file];
    const { stdout } = await run(join(binDir, 'tsc'), args, { cwd: blankDir });
    said.push(stdout);
  }
  return said.join('');
}

test('holds nothing that only Node has', async () => {
  const { stdout } = await run(join(binDir, 'tsc'), [
    '-p',
    join(packageDir, 'tsconfig.build.json'),
  ]);
  expect(stdout).toBe('');
});

test('publint finds nothing to say', async () => {
  const { stdout } = await run('pnpm', ['run', 'publint', tarball], { cwd: packageDir });
  expect(stdout).toContain('All good!');
});

test('attw finds the types right for every way to import', async () => {
  const { stdout } = await run('pnpm', ['run', 'attw', tarball], { cwd: packageDir });
  expect(stdout).toContain('No problems found');
});

test('installs nothing else, and its types name no library', async () => {
  const { stdout } = await run('npm', ['ls', '--all', '--parseable'], { cwd: blankDir });
  expect(stdout.trim().split('\n')).toHaveLength(2);
  const types = await readFile(join(blankDir, 'node_modules/@apigate/sdk/index.d.ts'), 'utf8');
  expect(types).not.toMatch(/\bimport\b|: any\b|zod|trpc/i);
});

test('a strict TypeScript project compiles against it', async () => {
  await writeFile(
    join(blankDir, 'use.ts'),
    `import { ApigateError, createApigate, type User } from '@apigate/sdk';
     const apigate = createApigate({ url: 'http://127.0.0.1:8080', token: async () => 'sk_1' });
     export const created: Promise<User> = apigate.users.create({ email: 'jane@example.com', plan: 'pro' });
     export async function emails(): Promise<string[]> {
       const found: string[] = [];
       for await (const user of apigate.users.list({ status: 'active' })) found.push(user.email);
       return found;
     }
     export const isTaken = (error: unknown) => error instanceof ApigateError && error.code === 'email_taken';
     // @ts-expect-error: no such status
     await apigate.users.list({ status: 'asleep' });
     // @ts-expect-error: the reference is not among the changes
     await apigate.users.update('jane', { user: 'john' });
    `,
  );
  expect(await compile('use.ts')).toBe('');
});

test('the examples of the README compile', async () => {
  const readme = await readFile(join(packageDir, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  const [client = '', ...others] = blocks;
  const imports = others.flatMap((code) => code.match(/^import .*$/gm) ?? []);
  const bodies = others.map((code) => `{ ${code.replaceAll(/^import .*$/gm, '')} }`);
  const environment = 'declare const process: { env: Record<string, string | undefined> };';
  const program = [...imports, client, environment, ...bodies].join('\n');
  await writeFile(join(blankDir, 'readme.ts'), program);
  expect(blocks.length).toBeGreaterThan(4);
  expect(await compile('readme.ts')).toBe('');
});

test('import and require both load it', async () => {
  const use = `console.log(typeof createApigate({ url: 'http://127.0.0.1' }).users.list)`;
  const loads = {
    module: `import { createApigate } from '@apigate/sdk';`,
    commonjs: `const { createApigate } = require('@apigate/sdk');`,
  };
  for (const [type, load] of Object.entries(loads)) {
    const args = [`--input-type=${type}`, '--eval', load + use];
    expect((await run(execPath, args, { cwd: blankDir })).stdout).toBe('function\n');
  }
});
