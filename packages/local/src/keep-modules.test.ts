import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepModules, type AppName } from './keep-modules.ts';
import { nodeArgs } from './node-args.ts';

let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'apigate-modules-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Whether Node loads what strips types when it reads a program, of which nothing is run. */
async function strips(name: AppName, program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const url = new URL(`../../../apps/${program}`, import.meta.url);
  const look = `console.log(process.moduleLoadList.some((name) => name.includes('amaro/dist')))`;
  const first = `data:text/javascript,${encodeURIComponent(`${look}; process.exit()`)}`;
  const text = `import ${JSON.stringify(first)}; import ${JSON.stringify(url.href)};`;
  const args = [...nodeArgs[name], '--input-type=module', '--eval', text];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...env },
  });
  return stdout.trim() === 'true';
}

test.each([
  ['api', 'api/src/main.ts'],
  ['proxy', 'proxy/src/main.ts'],
  ['proxy', 'proxy/src/beginning-thread.ts'],
  ['proxy', 'proxy/src/proxy-thread.ts'],
  ['proxy', 'proxy/src/shipping-thread.ts'],
] as const)(
  'the %s whose modules are kept strips no types, in %s either',
  async (name, program) => {
    const empty = path.join(dir, 'empty', path.basename(program));
    expect(await strips(name, program, { NODE_COMPILE_CACHE: empty })).toBe(true);
    expect(await strips(name, program, await keepModules(name, dir))).toBe(false);
  },
  30_000,
);
