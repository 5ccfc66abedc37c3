import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@apigate/local';
import { freePort } from '../ready.ts';

/** A PostgreSQL that can be killed and started again, always at the same address. */
export class KillablePostgres implements AsyncDisposable {
  readonly #dir: string;
  readonly #port: number;
  #server: EmbeddedPostgres;

  private constructor(dir: string, port: number, server: EmbeddedPostgres) {
    this.#dir = dir;
    this.#port = port;
    this.#server = server;
  }

  static async start(dir: string): Promise<KillablePostgres> {
    const port = await freePort();
    return new KillablePostgres(dir, port, await launch(dir, port));
  }

  get url(): string {
    return this.#server.url;
  }

  /** The server process; its children leave when it is gone. */
  get pid(): number {
    const [pid = ''] = readFileSync(path.join(this.#dir, 'data', 'postmaster.pid'), 'utf8').split(
      '\n',
    );
    return Number(pid);
  }

  /** Whether it has not left by itself. */
  isRunning(): Promise<boolean> {
    return Promise.race([
      this.#server.exited.then(() => false),
      new Promise<boolean>((resolve) => setImmediate(resolve, true)),
    ]);
  }

  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.#server.exited;
  }

  async restart(): Promise<void> {
    this.#server = await launch(this.#dir, this.#port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
  }
}

function launch(dir: string, port: number): Promise<EmbeddedPostgres> {
  const log = (line: string): void => appendFileSync(`${dir}.log`, `${line}\n`);
  return startEmbeddedPostgres({ dir, port, durable: true, log });
}
