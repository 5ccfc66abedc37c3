import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What a command line left behind. */
interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A shell with the command `apigate`, in an empty home of its own. */
export interface Shell extends AsyncDisposable {
  /** The home, which is also where commands run. */
  dir: string;
  run(commandLine: string, env?: Record<string, string>): Promise<Outcome>;
  /** Runs a command with `--json`, which must succeed and say nothing beside its answer. */
  json(commandLine: string): Promise<unknown>;
  /** Runs a command on a terminal and types `answer` when `question` is shown. Needs `script` of util-linux. */
  converse(commandLine: string, question: string, answer: string): Promise<Outcome>;
}

/** Opens a shell whose commands see `env` and none of our own APIGATE variables. */
export async function openShell(env: Record<string, string> = {}): Promise<Shell> {
  const dir = await mkdtemp(join(tmpdir(), 'apigate-cli-'));
  const command = join(dir, 'apigate');
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  await chmod(command, 0o755);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('APIGATE_'));
  const base = {
    ...Object.fromEntries(inherited),
    PATH: [dir, process.env['PATH']].join(delimiter),
    HOME: dir,
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_CACHE_HOME: join(tmpdir(), 'apigate-cli-cache'),
    ...env,
  };
  const run = (commandLine: string, more: Record<string, string> = {}) =>
    outcomeOf(['sh', '-c', commandLine], { cwd: dir, env: { ...base, ...more } });
  return {
    dir,
    run,
    json: async (commandLine) => {
      const { exitCode, stdout, stderr } = await run(`${commandLine} --json`);
      if (exitCode === 0 && stderr === '') return JSON.parse(stdout);
      throw new Error(`${commandLine} ended with ${exitCode}: ${stderr}`);
    },
    converse: (commandLine, question, answer) =>
      outcomeOf(
        ['script', '--quiet', '--return', '--command', commandLine, '/dev/null'],
        { cwd: dir, env: base },
        { question, answer },
      ),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  };
}

function outcomeOf(
  [program = '', ...args]: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  conversation?: { question: string; answer: string },
): Promise<Outcome> {
  const child = spawn(program, args, {
    ...options,
    stdio: [conversation ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let isAsked = false;
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    if (isAsked || conversation === undefined || !stdout.includes(conversation.question)) return;
    isAsked = true;
    child.stdin?.write(`${conversation.answer}\r`);
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
