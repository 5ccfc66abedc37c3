import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const startTimeoutMs = 90_000;
const stopTimeoutMs = 20_000;
const lastLine = 'Stop with Ctrl-C.';

/** An apigate that a document's command has started. */
export interface StartedGateway extends AsyncDisposable {
  /** What it printed until it was ready. */
  output: string;
  /** Presses Ctrl-C. @returns the exit code, or null when it had to be killed. */
  stop: () => Promise<number | null>;
}

/**
 * Starts apigate in a terminal of its own and waits until it says that it runs.
 * @throws Error with what it printed instead.
 */
export async function startGateway(
  command: string,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<StartedGateway> {
  const child = spawn('bash', ['-c', `exec ${command}`], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(child, 'close');
  let output = '';
  const ready = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes(lastLine)) resolve(true);
      });
    }
    void ended.then(() => resolve(false));
  });
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, name);
    }
  };
  const stop = async (): Promise<number | null> => {
    signal('SIGINT');
    const impatience = setTimeout(() => signal('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(impatience);
    return child.exitCode;
  };
  const isReady = await Promise.race([ready, sleep(startTimeoutMs, false, { ref: false })]);
  if (isReady) return { output, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
  await stop();
  throw new Error(`${command} did not start:\n${output}`);
}
