import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { waitUntilReady } from '../ready.ts';
import { inherited } from './inherited.ts';

/** A process of ours that can be killed and started again. */
export interface PlaneOptions {
  /** The TypeScript file that it runs. */
  main: string;
  variables: Readonly<Record<string, string>>;
  logFile: string;
  /** Answers with 200 when the process is ready. */
  readyUrl: string;
}

/** The api or the proxy, as in production. */
export class Plane implements AsyncDisposable {
  readonly #options: PlaneOptions;
  #child: ChildProcess | null = null;

  constructor(options: PlaneOptions) {
    this.#options = options;
  }

  get pid(): number {
    return this.#running().pid ?? 0;
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    const { main, variables, logFile, readyUrl } = this.#options;
    const log = openSync(logFile, 'a', 0o600);
    const env = { ...inherited, NODE_ENV: 'production', ...variables };
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    const left = once(child, 'exit').then(([code, signal]) => {
      // Whoever kills it has forgotten it first.
      if (this.#child !== child) return;
      throw new Error(`${main} left by itself with ${signal ?? code}; see ${logFile}`);
    });
    left.catch(() => undefined);
    await Promise.race([waitUntilReady(readyUrl), left]);
  }

  /** Ends it at once, or lets it finish. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#running();
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== null) await this.stop('SIGKILL');
  }

  #running(): ChildProcess {
    if (this.#child === null) throw new Error('it does not run');
    return this.#child;
  }
}
