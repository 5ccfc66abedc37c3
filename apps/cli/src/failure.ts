import { styleText } from 'node:util';
import { ConfigError } from '@apigate/config';
import { snakeCaseName } from '@apigate/contract';
import { ApigateError } from '@apigate/sdk';
import { CommanderError } from 'commander';

/** A failure of ours: `usage` where the command was called wrongly, `refused` where it could not be done. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly kind: 'usage' | 'refused';
  /** One a line, where there are several. */
  readonly faults: readonly string[];

  constructor(kind: 'usage' | 'refused', ...faults: string[]) {
    super(faults.join('\n'));
    this.kind = kind;
    this.faults = faults;
  }
}

/** Exit codes: 1 where it could not be done, 2 where the command was called wrongly. */
type ExitCode = 0 | 1 | 2;

/**
 * Tells a failure on stderr, one line and one more for each faulty field.
 * @returns the code to exit with.
 */
export function tellFailure(error: unknown): ExitCode {
  // Commander has told its own already, and throws after printing help, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandError) {
    for (const fault of error.faults) tell(fault);
    return error.kind === 'usage' ? 2 : 1;
  }
  if (error instanceof ApigateError) {
    const origin = [error.code, ...(error.requestId ? [`request ${error.requestId}`] : [])];
    tell(`${error.message.replace(/\.$/, '')} (${origin.join(', ')})`);
    for (const { path, message } of error.errors) {
      process.stderr.write(`  ${placeOf(path)}: ${message}\n`);
    }
    return 1;
  }
  if (error instanceof ConfigError) {
    for (const problem of error.problems) tell(problem);
    return 2;
  }
  if (isSystemError(error)) {
    tell(error.message);
    return 1;
  }
  throw error;
}

/** `lines.3.email` of a file, `priceMonthlyCents` of an input. */
function placeOf(path: string): string {
  if (path === '') return 'input';
  const [, line, column] = /^lines\.(\d+)(?:\.(.+))?$/.exec(path) ?? [];
  if (line !== undefined) return column === undefined ? `line ${line}` : `line ${line}, ${column}`;
  return snakeCaseName(path);
}

/** A file that cannot be written, a port that cannot be had: told by Node in a sentence with the name of it. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

function tell(message: string): void {
  process.stderr.write(`${styleText('red', 'error:', { stream: process.stderr })} ${message}\n`);
}
