import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeArgs } from './node-args.ts';

/** The programs of an app's process and of its threads. */
const programs = {
  api: ['main.ts'],
  proxy: ['main.ts', 'beginning-thread.ts', 'proxy-thread.ts', 'shipping-thread.ts'],
} as const;
export type AppName = keyof typeof programs;

/**
 * Has Node read the modules of an app, strip their types and keep them, in a process of its own that ends before any of
 * them runs: what strips types takes 16 MB of each thread that had to do it even once. Where they are kept already that
 * takes a fifth of a second.
 *
 * @param dataDir where they are kept
 * @returns what an app needs in its environment to find them; an app whose modules could not be read says why itself
 */
export async function keepModules(name: AppName, dataDir: string): Promise<NodeJS.ProcessEnv> {
  const env = { NODE_COMPILE_CACHE: path.join(dataDir, 'modules') };
  const folder = new URL(`../../../apps/${name}/src/`, import.meta.url);
  // All are read before the first runs, and they run in this order.
  const modules = [
    'data:text/javascript,process.exit()',
    ...programs[name].map((file) => new URL(file, folder).href),
  ];
  const program = modules.map((url) => `import ${JSON.stringify(url)};`).join('\n');
  const args = [...nodeArgs[name], '--input-type=module', '--eval', program];
  const options = { cwd: fileURLToPath(folder), env: { ...process.env, ...env } };
  await promisify(execFile)(process.execPath, args, options).catch(() => undefined);
  return env;
}
