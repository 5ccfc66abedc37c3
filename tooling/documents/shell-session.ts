import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readWords } from './shell-words.ts';

/** Where the commands of a document run. */
export interface SessionOptions {
  /** The folder that they run in. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** A folder for files of ours. */
  workDir: string;
}

/** How a block of commands ended, and what it printed. */
export interface SessionResult {
  isGood: boolean;
  output: string;
  /** The words of each command that was run, expanded, in the order in which they began. */
  executed: string[][];
}

/** A terminal in which the blocks of a document run one after the other, as a reader would paste them. */
export class ShellSession implements AsyncDisposable {
  readonly #options: SessionOptions;
  readonly #trace: string;
  readonly #bash: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = '';
  #onOutput = (): void => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#trace = path.join(options.workDir, `${randomUUID()}.trace`);
    // A process group of its own, so that what a block leaves running ends with the session.
    this.#bash = spawn('bash', ['--noprofile', '--norc', '-e', '-s'], {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    this.#ended = once(this.#bash, 'close');
    this.#bash.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
      this.#onOutput();
    });
    this.#bash.stdin?.on('error', () => undefined);
    this.#bash.stdin?.write(`exec 2>&1 9>>'${this.#trace}'; BASH_XTRACEFD=9; PS4='+ '\n`);
  }

  /** Runs a block; the first command of it that fails ends the session. */
  async run(code: string): Promise<SessionResult> {
    const id = randomUUID();
    const script = path.join(this.#options.workDir, `${id}.sh`);
    writeFileSync(script, code);
    writeFileSync(this.#trace, '');
    this.#output = '';
    const finished = new Promise<boolean>((resolve) => {
      this.#onOutput = () => {
        if (this.#output.includes(id)) resolve(true);
      };
      void this.#ended.then(() => resolve(false));
    });
    this.#bash.stdin?.write(`set -x; . '${script}' < /dev/null; set +x; printf '\\n%s\\n' ${id}\n`);
    const isGood = await finished;
    const executed = readWords(readFileSync(this.#trace, 'utf8')).map(([, ...words]) => words);
    return { isGood, output: this.#output.split(`\n${id}`, 1)[0] ?? '', executed };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#bash.pid !== undefined && this.#bash.exitCode === null) {
      process.kill(-this.#bash.pid, 'SIGKILL');
    }
    await this.#ended;
  }
}
