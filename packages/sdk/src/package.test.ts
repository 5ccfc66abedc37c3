import { execFile } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const run = promisify(execFile);
const packageDir = join(import.meta.dirname, '..');
const binDir = join(packageDir, 'node_modules/.bin');
const entries = ['.', './express', './fetch', './hono', './webhooks'];

/** What browsers and edge runtimes have, as far as a bundle may need it. */
const platformNames = [
  ...(['AbortController', 'AbortSignal', 'Blob', 'FormData', 'Headers', 'Request'] as const),
  ...(['Response', 'TextDecoder', 'TextEncoder', 'URL', 'atob', 'btoa', 'clearTimeout'] as const),
  ...(['crypto', 'performance', 'setTimeout'] as const),
];

vi.setConfig({ testTimeout: 60_000 });

let blankDir: string;
let installedDir: string;
let tarball: string;

/** A blank project outside the workspace, the packed tarball installed in it. */
beforeAll(async () => {
  blankDir = await mkdtemp(join(tmpdir(), 'apigate-sdk-'));
  installedDir = join(blankDir, 'node_modules/@apigate/sdk');
  await run(execPath, ['build.ts'], { cwd: packageDir });
  const packed = await run('pnpm', ['pack', '--json', '--pack-destination', blankDir], {
    cwd: packageDir,
  });
  tarball = JSON.parse(packed.stdout).filename;
  await writeFile(join(blankDir, 'package.json'), '{ "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: blankDir });
}, 60_000);

afterAll(() => rm(blankDir, { recursive: true }));

/** What the compiler says of files in the blank project, under both ways to resolve modules. */
async function compile(files: string[], ...options: string[]): Promise<string> {
  const flags =
    '--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target es2022';
  const said = await Promise.all(
    ['nodenext', 'preserve'].map(async (module) => {
      const args = [...flags.split(' '), '--module', module, ...options, ...files];
      const { stdout } = await run(join(binDir, 'tsc'), args, { cwd: blankDir }).catch(
        (error: { stdout: string }) => error,
      );
      return stdout;
    }),
  );
  return said.join('');
}

/** The installed files whose names end so, with their text. */
async function installed(...endings: string[]): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(installedDir)).filter((name) =>
    endings.some((ending) => name.endsWith(ending)),
  );
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(installedDir, name), 'utf8') })),
  );
}

/** Puts packages of the workspace into the blank project, as if they were installed there. */
async function link(...names: string[]): Promise<void> {
  await mkdir(join(blankDir, 'node_modules/@types'), { recursive: true });
  for (const name of names) {
    const target = await realpath(join(packageDir, 'node_modules', name));
    await symlink(target, join(blankDir, 'node_modules', name));
  }
}

test('is described for those who look for it, under a licence', async () => {
  const manifest = JSON.parse(await readFile(join(installedDir, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({
    name: '@apigate/sdk',
    description: expect.stringContaining('apigate'),
    keywords: expect.arrayContaining(['apigate']),
    license: 'MIT',
    sideEffects: false,
    engines: { node: '>=20' },
    publishConfig: { access: 'public' },
  });
  expect(Object.keys(manifest.exports)).toEqual(entries);
  const others = (await readdir(installedDir)).filter((name) => !/\.(?:c?js|d\.c?ts)$/.test(name));
  expect(others.toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'THIRD_PARTY_LICENSES',
    'package.json',
  ]);
});

test('holds nothing that only Node has', async () => {
  const { stdout } = await run(join(binDir, 'tsc'), [
    '-p',
    join(packageDir, 'tsconfig.build.json'),
  ]);
  expect(stdout).toBe('');
  const modules = await installed('.js', '.cjs');
  expect(modules.filter(({ text }) => /["']node:|\bBuffer\b/.test(text))).toEqual([]);
});

test('publint finds nothing to say', async () => {
  const { stdout } = await run('pnpm', ['run', 'publint', tarball], { cwd: packageDir });
  expect(stdout).toContain('All good!');
});

test('attw finds the types right for every way to import', async () => {
  const { stdout } = await run('pnpm', ['run', 'attw', tarball], { cwd: packageDir });
  expect(stdout).toContain('No problems found');
});

test('installs nothing else, and its types name no library but Hono, for those who have it', async () => {
  const { stdout } = await run('npm', ['ls', '--all', '--parseable'], { cwd: blankDir });
  expect(stdout.trim().split('\n')).toHaveLength(2);
  const declarations = await installed('.d.ts', '.d.cts');
  expect(declarations.length).toBeGreaterThan(2 * entries.length);
  for (const { name, text } of declarations) {
    expect(text, name).not.toMatch(/\bany\b[;,)>[]|zod|trpc|mikro-?orm|superjson|import\(/i);
    const libraries = [...text.matchAll(/from "([^."][^"]*)"/g)].map(([, library]) => library);
    expect(libraries, name).toEqual(name.startsWith('hono.d.') ? ['hono'] : []);
  }
});

test('a strict TypeScript project compiles against it', async () => {
  await writeFile(
    join(blankDir, 'use.ts'),
    `import { ApigateError, createApigate, type User } from '@apigate/sdk';
     import { requireKey } from '@apigate/sdk/fetch';
     import '@apigate/sdk/express';
     import { verifyWebhook } from '@apigate/sdk/webhooks';
     const apigate = createApigate({ url: 'http://127.0.0.1:8080', token: async () => 'sk_1' });
     export const created: Promise<User> = apigate.users.create({ email: 'jane@example.com', plan: 'pro' });
     export async function emails(): Promise<string[]> {
       const found: string[] = [];
       for await (const user of apigate.users.list({ status: 'active' })) found.push(user.email);
       return found;
     }
     export const isTaken = (error: unknown) => error instanceof ApigateError && error.code === 'email_taken';
     export const message = await verifyWebhook<{ type: string }>('{}', {}, 'whsec_');
     export default { fetch: requireKey(apigate, {}, (request: Request, key, env: { name: string }) =>
       new Response(request.method + key?.userId + env.name + message.payload.type)) };
     // @ts-expect-error: no such status
     await apigate.users.list({ status: 'asleep' });
     // @ts-expect-error: the reference is not among the changes
     await apigate.users.update('jane', { user: 'john' });
     // @ts-expect-error: no such option
     requireKey(apigate, { scope: 'a' }, () => new Response());
    `,
  );
  await writeFile(
    join(blankDir, 'use.cts'),
    `import { createApigate } from '@apigate/sdk';
     import { requireKey } from '@apigate/sdk/express';
     export const handler = requireKey(createApigate({ url: 'http://127.0.0.1:8080' }));
    `,
  );
  expect(await compile(['use.ts', 'use.cts'])).toBe('');
});

test('the examples of the README compile, beside Express and Hono', async () => {
  await link('express', '@types/express', '@types/node', 'hono');
  const readme = await readFile(join(installedDir, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(examples.length).toBeGreaterThanOrEqual(10);
  const files = examples.map((_, at) => `readme-${at}.ts`);
  for (const [at, code] of examples.entries()) {
    await writeFile(join(blankDir, `readme-${at}.ts`), code);
  }
  expect(await compile(files, '--types', 'node')).toBe('');
});

test('import and require both load every entry, and agree within on what an error is', async () => {
  const use = `Promise.all(loaded).then(([{ createApigate, ApigateError }, ...others]) => {
    const webhooks = others.pop();
    console.log(typeof createApigate({ url: 'http://127.0.0.1' }).users.list,
      others.map(({ requireKey }) => typeof requireKey).join(),
      webhooks.ApigateError === ApigateError);
  })`;
  const loads = { module: 'import', commonjs: 'require' };
  for (const [type, load] of Object.entries(loads)) {
    const loaded = entries.map((entry) => `${load}('@apigate/sdk${entry.slice(1)}')`).join();
    const args = [`--input-type=${type}`, '--eval', `const loaded = [${loaded}]; ${use}`];
    const { stdout } = await run(execPath, args, { cwd: blankDir });
    expect(stdout, type).toBe('function function,function,function true\n');
  }
});

test('a bundle for browsers runs with what the web platform has, and nothing else', async () => {
  const entry = join(blankDir, 'browser.js');
  await writeFile(
    entry,
    `import { createApigate } from '@apigate/sdk';
     import { requireKey } from '@apigate/sdk/fetch';
     import { signWebhook, verifyWebhook } from '@apigate/sdk/webhooks';
     export async function use() {
       const apigate = createApigate({ url: 'http://api.test', token: 'sk_1' });
       const { version } = await apigate.auth.instance();
       const secret = 'whsec_' + btoa('secret');
       const headers = await signWebhook('{"a":1}', secret, { id: 'msg_1' });
       const { payload } = await verifyWebhook('{"a":1}', headers, secret);
       const handle = requireKey(apigate, {}, () => new Response());
       const { status } = await handle(new Request('http://shop.test/'));
       return JSON.stringify([version, payload, status]);
     }`,
  );
  const built = await build({
    root: blankDir,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry, formats: ['iife'], name: 'bundle' } },
  });
  const [output] = [built].flat().flatMap((part) => ('output' in part ? part.output : []));
  if (output?.type !== 'chunk') throw new Error('nothing was built');
  const platform = {
    ...Object.fromEntries(platformNames.map((name) => [name, globalThis[name]])),
    fetch: async () => Response.json({ result: { data: { json: { version: '9' } } } }),
  };
  const answer: unknown = await runInNewContext(`${output.code}; bundle.use()`, platform);
  expect(answer).toBe('["9",{"a":1},401]');
});
