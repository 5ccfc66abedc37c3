import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let root = '';

function write(file: string, content: string, mode = 0o644): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content, { mode });
}

/** What the stand-ins for pnpm, Vite and our programs have noted, in order. */
const notes = (): string[] => readFileSync(path.join(root, 'notes'), 'utf8').trim().split('\n');

/** Leaves a stand-in's note; runs in programs of their own. */
const note = (what: string): string =>
  `(await import('node:fs')).appendFileSync(${JSON.stringify(path.join(root, 'notes'))}, ${what} + '\\n');`;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'apigate x-'));
  for (const file of ['x.mjs', 'tooling/exclusively.mjs']) {
    cpSync(path.resolve(import.meta.dirname, '..', file), path.join(root, file));
  }
  const pnpm = /'pnpm@([\d.]+)'/.exec(readFileSync(path.join(root, 'x.mjs'), 'utf8'))?.[1];
  write(
    '.tools/node_modules/.package-lock.json',
    JSON.stringify({ packages: { 'node_modules/pnpm': { version: pnpm } } }),
  );
  write(
    '.tools/node_modules/.bin/pnpm',
    '#!/bin/sh\nsleep 0.3\nmkdir -p node_modules\necho "pnpm $*" >> notes\n',
    0o755,
  );
  write('notes', '');
  write('package.json', '{ "type": "module" }');
  write('pnpm-lock.yaml', '');
  write('pnpm-workspace.yaml', "packages:\n  - apps/*\n  - 'packages/*'\n");
  write('tsconfig.base.json', '{}');
  for (const name of ['apps/web', 'packages/ui', 'packages/contract'])
    write(`${name}/package.json`, '{}');
  write('apps/web/node_modules/vite/package.json', '{ "type": "module" }');
  write(
    'apps/web/node_modules/vite/bin/vite.js',
    `${note("'vite ' + process.argv[2]")}
     const { mkdirSync, writeFileSync } = await import('node:fs');
     mkdirSync('dist', { recursive: true });
     writeFileSync('dist/index.html', '');`,
  );
  write('apps/cli/src/main.ts', note("process.argv.slice(2).join('|')"));
  write('tooling/test.ts', '');
});

afterEach(() => rmSync(root, { recursive: true }));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [path.join(root, 'x.mjs'), ...args], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...args: string[]): Promise<{ code: unknown; said: string }> {
  const child = start(...args);
  const said = child.stderr === null ? '' : text(child.stderr);
  const [code] = await once(child, 'close');
  return { code, said: await said };
}

test('installs and builds what changed, says so, and is silent otherwise', async () => {
  const first = await run('start', 'a b', '$HOME');
  expect(first.said.split('\n').map((line) => line.split('(')[0]?.trim())).toEqual([
    'apigate: installing dependencies',
    'apigate: building the web app',
    '',
  ]);
  expect(notes()).toEqual(['pnpm install --frozen-lockfile', 'vite build', 'serve|a b|$HOME']);

  expect(await run('start')).toEqual({ code: 0, said: '' });
  expect(notes().slice(3)).toEqual(['serve']);

  write('packages/ui/src/button.tsx', 'export {};');
  await run('start');
  expect(notes().slice(4)).toEqual(['vite build', 'serve']);

  write('packages/contract/package.json', '{ "name": "changed" }');
  await run('start');
  expect(notes().slice(6)).toEqual(['pnpm install --frozen-lockfile', 'vite build', 'serve']);
});

test('lets one of two installs go first, and breaks the lock of a dead one', async () => {
  write('.tools/lock', '4194305');
  const ends = await Promise.all([run('node', '--version'), run('node', '--version')]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  expect(notes()).toEqual(['pnpm install --frozen-lockfile']);
});

test('shows why an install failed, and tries again the next time', async () => {
  write('.tools/node_modules/.bin/pnpm', '#!/bin/sh\necho "no such package"\nexit 7\n', 0o755);
  const failed = await run('test');
  expect(failed.code).toBe(1);
  expect(failed.said).toContain('no such package\napigate: pnpm install failed (exit code 7)');
  expect((await run('test')).said).toContain('pnpm install failed');
});

test('ends with the code of what it ran', async () => {
  appendFileSync(path.join(root, 'tooling/test.ts'), 'process.exit(5);');
  expect((await run('test')).code).toBe(5);
  expect((await run('sh', '-c', 'kill -TERM $$')).code).toBe(143);
  expect((await run('no-such-program')).said).toContain('no-such-program was not found');
});

test('misses a program in the same words where a folder of PATH is closed to us', async () => {
  expect((await run('sh', '-c', 'true')).code).toBe(0);
  const closed = path.join(root, 'closed');
  mkdirSync(closed, { mode: 0 });
  chmodSync(root, 0o755);
  // Nothing is closed to root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(process.execPath, [path.join(root, 'x.mjs'), 'no-such-program'], {
    ...nobody,
    cwd: root,
    env: { PATH: `${closed}:${process.env['PATH']}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = text(child.stderr);
  const [code] = await once(child, 'close');
  chmodSync(closed, 0o700);
  expect([code, await said]).toEqual([1, 'apigate: no-such-program was not found\n']);
});

const waiting = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, async () => { ${note('signal')} process.exit(3); });
  process.on('disconnect', async () => { ${note("'disconnected'")} process.exit(); });
  setInterval(() => undefined, 1000);
  ${note("'waiting'")}`;

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'passes %s on and waits for the end',
  async (signal) => {
    write('tooling/test.ts', waiting);
    const child = start('test');
    await vi.waitFor(() => expect(notes()).toContain('waiting'), { timeout: 5000 });
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([3, null]);
    expect(notes().slice(-1)).toEqual([signal]);
  },
);

test('ends when npm is killed hard', async () => {
  write('tooling/test.ts', waiting);
  const env = { ...process.env, npm_lifecycle_event: 'test' };
  const command = `"${process.execPath}" x.mjs test; true`;
  const npm = spawn('sh', ['-c', command], { cwd: root, env, stdio: 'ignore' });
  await vi.waitFor(() => expect(notes()).toContain('waiting'), { timeout: 5000 });
  npm.kill('SIGKILL');
  await vi.waitFor(() => expect(notes()).toContain('SIGTERM'), { timeout: 5000 });
});

test('is missed by what it ran when it is killed hard', async () => {
  write('tooling/test.ts', waiting);
  const child = start('test');
  await vi.waitFor(() => expect(notes()).toContain('waiting'), { timeout: 5000 });
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(notes()).toContain('disconnected'), { timeout: 5000 });
});
