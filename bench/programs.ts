import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';

const running = new Set<ChildProcess>();
const sbin = ['/usr/sbin', '/sbin'];
const env = { ...process.env, PATH: [process.env['PATH'], ...sbin].join(path.delimiter) };

/** Whether a program can be found. */
export function isInstalled(name: string): boolean {
  return env.PATH.split(path.delimiter).some((folder) => existsSync(path.join(folder, name)));
}

/** Has Debian install what is missing, where we may. @throws Error that says what to install */
export function requirePrograms(names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = `apt-get install --yes --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() === 0 && isInstalled('apt-get')) {
    console.log(`installing ${missing.join(' and ')} by apt-get`);
    const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, shell: true } as const;
    spawnSync(`apt-get update && ${install}`, options);
  }
  if (!missing.every(isInstalled)) {
    throw new Error(`${missing.join(' and ')} must be installed to measure: ${install}`);
  }
}

/** Runs a program to its end. @returns what it printed. @throws Error with that when it fails */
export async function run(command: readonly string[]): Promise<string> {
  const child = launch(command, { captured: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command.join(' ')} failed:\n${output}`);
  return output;
}

/** A program that goes on until it is disposed of. */
export interface Service extends AsyncDisposable {
  pid: number;
}

/** Starts a program that goes on. @throws Error when it cannot be started */
export async function serve(
  command: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const child = launch(command, { captured: false, variables });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command.join(' ')} did not start`);
  return {
    pid,
    async [Symbol.asyncDispose]() {
      if (!running.has(child)) return;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** Ends whatever runs, for when we are told to stop. */
export function stopPrograms(): void {
  for (const child of running) child.kill('SIGTERM');
}

function launch(
  [file = '', ...args]: readonly string[],
  { captured, variables }: { captured: boolean; variables?: Readonly<Record<string, string>> },
): ChildProcess {
  const output = captured ? 'pipe' : 'inherit';
  const child = spawn(file, args, {
    env: { ...env, ...variables },
    stdio: ['ignore', captured ? output : 'ignore', output],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}
