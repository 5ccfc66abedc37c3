import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { testPepper } from './records.ts';

/** A proxy that runs as it does in production, in a process of its own. */
export interface ProxyProcess {
  port: number;
  child: ChildProcess;
  /** The events that it has logged. */
  events: () => Record<string, unknown>[];
  /** Sends SIGTERM and waits for the end. @returns the exit code */
  stop: () => Promise<number | null>;
}

/** Starts one and waits until it is ready. @param thread a program of ours that its two threads run instead */
export async function startProxyProcess(
  env: { DATABASE_URL: string; APIGATE_DATA_DIR: string } & Record<string, string>,
  thread: 'faulty-thread' | 'patient-thread' | null = null,
): Promise<ProxyProcess> {
  const entry = new URL(thread === null ? '../main.ts' : './special-proxy.ts', import.meta.url);
  const child = fork(entry, thread === null ? [] : [`./${thread}.ts`], {
    silent: true,
    execArgv: [],
    env: {
      PATH: '/usr/bin',
      APIGATE_PROXY_PORT: '0',
      APIGATE_KEY_PEPPER: testPepper.toString(),
      APIGATE_ENCRYPTION_KEY: 'e'.repeat(32),
      ...env,
    },
  });
  // A test that fails stops nothing.
  process.once('exit', () => child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const exit = once(child, 'exit');
  const [message] = await Promise.race([
    once(child, 'message'),
    exit.then(() => {
      throw new Error(`the proxy has left: ${output}`);
    }),
  ]);
  return {
    port: message.port,
    child,
    events: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line)),
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exit;
      return code;
    },
  };
}
