import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const restartDelaysMs = [100, 500, 2_000, 5_000];
const stopTimeoutMs = 55_000;

/** An app of ours to run as a process of its own. */
export interface AppProcessOptions {
  name: 'api' | 'proxy';
  env: NodeJS.ProcessEnv;
  /** Where its log goes; null for our own output. */
  logFile: string | null;
  say: (line: string) => void;
}

/** One app as a child process, which is started again when it falls over. */
export class AppProcess {
  readonly #options: AppProcessOptions;
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
    const { name } = this.#options;
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
      env: { ...cacheOfModules(env), ...env },
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

/**
 * Where Node keeps our modules as it has read them: it starts the sooner and needs less memory, because nothing has to
 * strip the types again.
 */
function cacheOfModules({ APIGATE_DATA_DIR: dataDir }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return dataDir === undefined ? {} : { NODE_COMPILE_CACHE: path.join(dataDir, 'modules') };
}
