import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeArgs } from '@apigate/local';
import { inherited } from './inherited.ts';

const main = path.resolve(import.meta.dirname, '../../apps/proxy/src/main.ts');
const preload = path.join(import.meta.dirname, 'faults.ts');
const readyTimeoutMs = 60_000;

/** How a proxy is started. */
export interface ProxyProcessOptions {
  variables: Readonly<Record<string, string>>;
  logFile: string;
  /** What stands in front of the command, such as `prlimit --nofile=256`. */
  prefix?: readonly string[];
  moreNodeArgs?: readonly string[];
  /** A folder through which faults are brought about in it; none when missing. */
  faultsDir?: string;
}

/** One run of the proxy, as in production, from its start to its end. */
export class ProxyProcess implements AsyncDisposable {
  readonly port: number;
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #logFile: string;

  private constructor(child: ChildProcess, port: number, logFile: string) {
    this.#child = child;
    this.port = port;
    this.#logFile = logFile;
    this.exited = exitOf(child);
  }

  /** Starts one and waits until each of its threads is ready, even when another one listens on its port. */
  static async start(options: ProxyProcessOptions): Promise<ProxyProcess> {
    const { variables, logFile, prefix = [], moreNodeArgs = [], faultsDir } = options;
    const faults = faultsDir === undefined ? [] : [`--import=${preload}`];
    const node = [process.execPath, ...faults, ...nodeArgs.proxy, ...moreNodeArgs];
    const [command, ...args] = [...prefix, ...node, main];
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(command, args, {
      env: {
        ...inherited,
        NODE_ENV: 'production',
        DRILL_FAULTS_DIR: faultsDir,
        ...variables,
      },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const messages = once(child, 'message', { signal: AbortSignal.timeout(readyTimeoutMs) });
    const left = exitOf(child).then((code) => {
      throw new Error(
        `the proxy left with ${code}: ${readFileSync(logFile, 'utf8').slice(-2_000)}`,
      );
    });
    left.catch(() => undefined);
    const [message] = await Promise.race([messages, left]);
    return new ProxyProcess(child, message.port, logFile);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it holds in memory now. */
  get rssBytes(): number {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    return Number(kib) * 1024;
  }

  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** How often it has logged an event. */
  logged(event: string): number {
    if (!existsSync(this.#logFile)) return 0;
    return readFileSync(this.#logFile, 'utf8').split(`"${event}"`).length - 1;
  }

  /** @returns the exit code; null when it was killed */
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) await this.stop('SIGKILL');
  }
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'exit');
  return code;
}
