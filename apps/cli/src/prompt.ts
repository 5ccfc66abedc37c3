import { createInterface } from 'node:readline/promises';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { CommandError } from './failure.ts';

/** Whether somebody is there to answer. */
export function isInteractive(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for a line; on stderr, so that stdout stays what the command answers. */
export async function ask(
  question: string,
  input: Readable = process.stdin,
  output: Writable = process.stderr,
): Promise<string> {
  const terminal = createInterface({ input, output, terminal: true });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    return await terminal.question(question, { signal: closed.signal });
  } catch {
    throw new CommandError('refused', 'cancelled, nothing was changed');
  } finally {
    terminal.close();
  }
}

/** Asks for a line and does not show it. */
export async function askSecret(
  question: string,
  input: Readable = process.stdin,
  output: Writable = process.stderr,
): Promise<string> {
  // Before the question is there to be answered, because from here on the terminal does not repeat what is typed.
  const answer = ask('', input, new PassThrough().resume());
  output.write(question);
  try {
    return await answer;
  } finally {
    output.write('\n');
  }
}
