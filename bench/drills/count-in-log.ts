import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DrillStack } from './stack.ts';

/** How often the log of a program tells of an event. */
export function countInLog({ dir }: DrillStack, program: 'api' | 'proxy', event: string): number {
  const log = readFileSync(path.join(dir, `${program}.log`), 'utf8');
  return log.split(`"${event}"`).length - 1;
}
