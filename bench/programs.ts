import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

const running = new Set<ChildProcess>();
const sbin = ['/usr/sbin', '/sbin'];
const env = { ...process.env, PATH: [process.env['PATH'], ...sbin].join(path.delimiter) };

/** Runs a program to its end. @returns what it printed. @throws Error with that when it fails */
export async function run(
  command: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = launch(command, { captured: true, variables });
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

/**
 * Starts a program that goes on.
 *
 * @param outputFile where its standard output goes; nowhere when missing.
 * @throws Error when it cannot be started
 */
export async function serve(
  command: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  outputFile: string | null = null,
): Promise<Service> {
  const child = launch(command, { captured: false, variables, outputFile });
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
  options: {
    captured: boolean;
    variables?: Readonly<Record<string, string>>;
    outputFile?: string | null;
  },
): ChildProcess {
  const { captured, variables, outputFile = null } = options;
  const toFile = outputFile === null ? null : openSync(outputFile, 'a');
  const child = spawn(file, args, {
    env: { ...env, ...variables },
    stdio: ['ignore', captured ? 'pipe' : (toFile ?? 'ignore'), captured ? 'pipe' : 'inherit'],
  });
  if (toFile !== null) closeSync(toFile);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}
