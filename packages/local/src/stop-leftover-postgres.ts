import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasErrorCode } from './has-error-code.ts';

const execute = promisify(execFile);
const stopTimeoutMs = 10_000;

/**
 * Stops a PostgreSQL that an earlier process left running on a data folder, and removes a pid file that would keep a new
 * one from starting. A server whose owner is alive is left alone.
 * @throws Error when the server is in use or cannot be stopped.
 */
export async function stopLeftoverPostgres(data: string, ownerFile: string): Promise<void> {
  const pidFile = path.join(data, 'postmaster.pid');
  const pid = await readPid(pidFile);
  if (pid === undefined || !isRunning(pid)) return;
  if (!(await isServerOf(pid, data))) {
    // The system gave the number of a dead server to another program, which PostgreSQL would take for a server.
    await rm(pidFile);
    return;
  }
  const owner = await readPid(ownerFile);
  if (owner !== undefined && (await parentOf(pid)) === owner) {
    throw new Error(
      `The embedded PostgreSQL in ${path.dirname(data)} is in use by process ${owner}. ` +
        'Stop that one first, or set APIGATE_DATA_DIR to another folder.',
    );
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    send(pid, signal, data);
    for (const deadline = Date.now() + stopTimeoutMs; Date.now() < deadline; await delay(20)) {
      if (!(await isServerOf(pid, data))) return;
    }
  }
  throw new Error(
    `An earlier PostgreSQL (process ${pid}) on ${data} does not stop. Stop it with: kill -9 ${pid}`,
  );
}

/** Tells whether a process exists, whoever's it is. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasErrorCode(error, 'EPERM');
  }
}

async function readPid(file: string): Promise<number | undefined> {
  try {
    const pid = Number.parseInt(await readFile(file, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function send(pid: number, signal: NodeJS.Signals, data: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (hasErrorCode(error, 'ESRCH')) return;
    throw new Error(
      `PostgreSQL (process ${pid}) runs on ${data} and belongs to another user. Stop it first.`,
      { cause: error },
    );
  }
}

/** Tells whether a process is the PostgreSQL of a data folder, which we name on its command line. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  const command =
    process.platform === 'linux' ? await readProc(pid, 'cmdline') : await askPs(pid, 'command');
  return command.includes(data);
}

async function parentOf(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number(await askPs(pid, 'ppid'));
  return Number(/^PPid:\s*(\d+)/m.exec(await readProc(pid, 'status'))?.[1]);
}

async function readProc(pid: number, name: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT') || hasErrorCode(error, 'ESRCH')) return '';
    throw error;
  }
}

async function askPs(pid: number, field: string): Promise<string> {
  try {
    return (await execute('ps', ['-o', `${field}=`, '-p', String(pid)])).stdout.trim();
  } catch {
    return '';
  }
}
