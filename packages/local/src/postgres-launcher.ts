import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const account = 'postgres';

/** What PostgreSQL's programs see of our environment: enough to run, nothing that changes their answers. */
const environment = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' };

/** A command line for `spawn` or `execFile`. */
export interface Launch {
  file: string;
  args: string[];
  env: Record<string, string>;
}

/** Starts PostgreSQL's programs under an account that it accepts. */
export interface PostgresLauncher {
  launch: (program: string, args: string[]) => Launch;
  /** Gives a file or folder to the account that the programs run under. */
  own: (file: string) => Promise<void>;
}

/**
 * Finds out how PostgreSQL's programs run here. It refuses root, so root lends it the account `postgres`, with the right
 * to pass through folders that are closed to that account only where it would not reach the programs or `dir` otherwise.
 */
export async function findPostgresLauncher(
  program: string,
  dir: string,
): Promise<PostgresLauncher> {
  // The kernel sends the signal when we die without a chance to stop the server ourselves; Linux alone has this.
  const dieWithUs = ['--pdeathsig', 'INT'];
  if (process.getuid?.() !== 0) {
    const prefix = (await runs(['setpriv', ...dieWithUs, 'true'])) ? ['setpriv', ...dieWithUs] : [];
    return { launch: launchWith(prefix), own: () => Promise.resolve() };
  }
  const { uid, gid } = await findAccount();
  const as = [
    'setpriv',
    '--reuid',
    String(uid),
    '--regid',
    String(gid),
    '--clear-groups',
    ...dieWithUs,
  ];
  for (const prefix of [
    as,
    ...['dac_read_search', 'dac_override'].map((right) => [...as, ...lend(right)]),
  ]) {
    if (await runs([...prefix, 'test', '-x', program, '-a', '-x', dir])) {
      return { launch: launchWith(prefix), own: (file) => chown(file, uid, gid) };
    }
  }
  throw new Error(
    `PostgreSQL cannot run as root, and the account "${account}" cannot reach ${path.dirname(program)} and ${dir} ` +
      '(this needs setpriv of util-linux). Start apigate as an ordinary user, or set DATABASE_URL.',
  );
}

function lend(right: string): string[] {
  // Without the bit, access(2) leaves lent rights out of account, and initdb asks it for its own program.
  return [
    '--securebits',
    '+no_setuid_fixup',
    '--inh-caps',
    `+${right}`,
    '--ambient-caps',
    `+${right}`,
  ];
}

function launchWith(prefix: string[]): PostgresLauncher['launch'] {
  return (program, args) => {
    const [file = program, ...rest] = [...prefix, program, ...args];
    return { file, args: rest, env: environment };
  };
}

async function runs([file = '', ...args]: string[]): Promise<boolean> {
  try {
    await execute(file, args, { env: environment });
    return true;
  } catch {
    return false;
  }
}

async function findAccount(): Promise<{ uid: number; gid: number }> {
  const hasAccount = await runs(['id', account]);
  if (!hasAccount)
    await execute('useradd', ['--system', '--user-group', '--no-create-home', account], {
      env: environment,
    });
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((flag) => execute('id', [flag, account], { env: environment })),
  );
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}
