import { availableParallelism } from 'node:os';
import { isInstalled } from '../tooling/programs.ts';
import { run } from './programs.ts';

/** What is measured, what is needed to measure it, and what may run anywhere. */
type Role = 'contestant' | 'generator' | 'anywhere';

const processors: Readonly<Record<Role, string>> = {
  contestant: '0',
  generator: '1',
  anywhere: `0-${availableParallelism() - 1}`,
};

/** Whether processes can be kept on processors here. */
export const canPin =
  process.platform === 'linux' && availableParallelism() > 1 && isInstalled('taskset');

/** Keeps this process, and what it starts without more ado, away from what is measured. */
export async function pinOurselves(): Promise<void> {
  if (!canPin) return;
  await run(['taskset', '--pid', '--cpu-list', processors.generator, String(process.pid)]);
}

/** A command that runs on the processor of its role. */
export function pinned(role: Role, command: readonly string[]): string[] {
  return canPin ? ['taskset', '--cpu-list', processors[role], ...command] : [...command];
}
