import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { hasErrorCode } from './has-error-code.ts';
import type { PostgresLauncher } from './postgres-launcher.ts';
import { isRunning } from './stop-leftover-postgres.ts';

const execute = promisify(execFile);

/** The database's one account, which may do everything in it. */
export const databaseUser = 'apigate';

interface DatabaseToMake {
  /** Gets the folder `data` and the file `password`. */
  dir: string;
  initdb: string;
  launcher: PostgresLauncher;
  durable: boolean;
}

/** Makes the database when it is missing, whole or not at all, and returns its password. */
export async function makeDatabase({
  dir,
  initdb,
  launcher,
  durable,
}: DatabaseToMake): Promise<string> {
  const names = await readdir(dir);
  const data = path.join(dir, 'data');
  const passwordFile = path.join(dir, 'password');
  const kept = names.includes('password') ? await readFile(passwordFile, 'utf8') : '';
  if (names.includes('data')) {
    if (kept !== '') return kept;
    throw new Error(
      `${passwordFile} is missing, and the database beside it opens with it alone. ` +
        `Put it back, or move ${dir} away to begin with an empty database.`,
    );
  }
  const password = kept || randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });

  const unfinished = 'initialising-';
  for (const name of names) {
    const isAbandoned =
      name.startsWith(unfinished) && !isRunning(Number(name.slice(unfinished.length)));
    if (isAbandoned) await rm(path.join(dir, name), { recursive: true });
  }
  const draft = path.join(dir, `${unfinished}${process.pid}`);
  const draftData = path.join(draft, 'data');
  const draftPassword = path.join(draft, 'password');
  await mkdir(draft, { mode: 0o700 });
  await writeFile(draftPassword, password, { mode: 0o600 });
  await Promise.all([draft, draftPassword].map((file) => launcher.own(file)));
  const { file, args, env } = launcher.launch(initdb, [
    '-D',
    draftData,
    '-U',
    databaseUser,
    `--pwfile=${draftPassword}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]);
  try {
    await execute(file, args, { env });
    await rename(draftData, data);
    if (durable) await syncFolder(dir);
  } catch (cause) {
    const reason = hasErrorCode(cause, 'ENOTEMPTY')
      ? 'another process was quicker; try again'
      : lastWords(cause);
    throw new Error(`The embedded PostgreSQL could not make a database in ${dir}: ${reason}`, {
      cause,
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return password;
}

function lastWords(error: unknown): string {
  if (!(error instanceof Error) || !('stderr' in error)) return String(error);
  return typeof error.stderr === 'string' && error.stderr !== '' ? error.stderr : error.message;
}

async function syncFolder(dir: string): Promise<void> {
  await using handle = await open(dir);
  await handle.sync();
}
