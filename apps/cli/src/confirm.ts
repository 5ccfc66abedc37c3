import { CommandError } from './failure.ts';
import { ask, isInteractive } from './prompt.ts';

/**
 * Lets something final pass after `--yes`, or after a "y" at the terminal.
 * @throws CommandError where the answer is another, or nobody is there to give one.
 */
export async function confirm(warning: string, isAgreed: boolean): Promise<void> {
  if (isAgreed) return;
  requireSomebody();
  const answer = await ask(`${warning}\nGo on? (y/N) `);
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new CommandError('refused', 'cancelled, nothing was changed');
  }
}

/** @throws CommandError where nobody is there to ask. */
export function requireSomebody(): void {
  if (isInteractive()) return;
  throw new CommandError('usage', 'this is final and nobody is there to ask: add --yes');
}
