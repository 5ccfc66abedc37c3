import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepModules, type AppName } from './keep-modules.ts';
import { nodeArgs } from './node-args.ts';

const restartDelaysMs = [100, 500, 2_000, 5_000];
const stopTimeoutMs = 55_000;

/** An app of ours to run as a process of its own. */
export interface AppProcessOptions {
  name: AppName;
  env: NodeJS.ProcessEnv & { APIGATE_DATA_DIR: string };
  /** Where its log goes; null for our own output. */
  logFile: string | null;
  say: (line: string) => void;
}

/** One app as a child process, which is started again when it falls over. */
export class AppProcess {
  readonly #options: AppProcessOptions;
  #modules: NodeJS.ProcessEnv = {};
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #restart: NodeJS.Timeout | undefined;
  #failures = 0;
  #wasReady = false;
  #stopping = false;

  constructor(options: AppProcessOptions) {
    this.#options = options;
  }

  /** Starts it and waits until it is ready. @throws Error when it leaves before it was. */
  async start(): Promise<void> {
    const { name, env } = this.#options;
    this.#modules = await keepModules(name, env.APIGATE_DATA_DIR);
    if (this.#stopping) return;
    await this.#launch();
    this.#options.say(`${name} is ready`);
  }

  /** Asks it to finish what it does and waits until it has left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null) return;
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await this.#exited;
    clearTimeout(impatience);
  }

  #launch(): Promise<void> {
    const { name, env, logFile } = this.#options;
    const log = logFile === null ? null : openSync(logFile, 'a', 0o600);
    const entry = fileURLToPath(new URL(`../../../apps/${name}/src/main.ts`, import.meta.url));
    const child = fork(entry, {
      execArgv: [...process.execArgv, ...nodeArgs[name]],
      env: { ...this.#modules, ...env },
      // A group of its own: a terminal sends Ctrl-C to everyone in ours, and we say when it is time to stop.
      detached: true,
      stdio: ['ignore', log ?? 'inherit', 'inherit', 'ipc'],
    });
    if (log !== null) closeSync(log);
    this.#child = child;
    return new Promise((resolve, reject) => {
      child.once('message', () => {
        this.#failures = 0;
        this.#wasReady = true;
        resolve();
      });
      this.#exited = new Promise((exited) => {
        child.once('exit', (code, signal) => {
          this.#child = null;
          reject(new Error(`The ${name} did not start.`));
          exited();
          if (this.#wasReady && !this.#stopping) this.#relaunch(signal ?? `code ${code}`);
        });
      });
    });
  }

  #relaunch(how: string): void {
    const { name, say } = this.#options;
    const delayMs = restartDelaysMs[Math.min(this.#failures, restartDelaysMs.length - 1)] ?? 0;
    this.#failures += 1;
    say(`${name} ended (${how}) and is started again`);
    this.#restart = setTimeout(() => {
      this.#launch().catch(() => undefined);
    }, delayMs);
  }
}
