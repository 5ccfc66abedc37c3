import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isInstalled } from '../tooling/programs.ts';
import { run } from './programs.ts';

/** What is measured, what is needed to measure it, and what may run anywhere. */
export type Role = 'contestant' | 'generator' | 'anywhere';

const processors: Readonly<Record<Role, string>> = {
  contestant: '0',
  generator: '1',
  anywhere: `0-${availableParallelism() - 1}`,
};

/** Whether processes can be kept on processors here. */
export const canPin =
  process.platform === 'linux' && availableParallelism() > 1 && isInstalled('taskset');

/** Keeps a process, and what it starts from now on without more ado, on the processor of a role. */
export async function pin(pid: number, role: Role): Promise<void> {
  if (!canPin) return;
  await run(['taskset', '--pid', '--cpu-list', processors[role], String(pid)]);
}

export function pinOurselves(role: Role): Promise<void> {
  return pin(process.pid, role);
}

/**
 * Has Linux share each processor among the processes that are started from now on, until this is disposed of. Otherwise
 * it may share it among sessions first: each process of PostgreSQL is one, and would get as much as the generator and the
 * upstream, however idle it is told to be. Only root may ask for that.
 */
export function shareByProcess(): Disposable {
  const setting = '/proc/sys/kernel/sched_autogroup_enabled';
  const before = existsSync(setting) ? readFileSync(setting, 'utf8') : null;
  if (before === null || process.getuid?.() !== 0) return { [Symbol.dispose]: () => undefined };
  writeFileSync(setting, '0');
  return { [Symbol.dispose]: () => writeFileSync(setting, before) };
}

/** A command that runs on the processor of its role. */
export function pinned(role: Role, command: readonly string[]): string[] {
  return canPin ? ['taskset', '--cpu-list', processors[role], ...command] : [...command];
}
