/**
 * What `npm run seed -- --users 100000 --events 10000000` runs: fills the database of DATABASE_URL, or the embedded one
 * of the data dir, with users and thirty days of their requests. The same numbers give the same data; `--until` names
 * the day (UTC) at whose begin the history ends, tomorrow unless told.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { migrateDatabase } from '@apigate/domain';
import { seedUsage } from '@apigate/domain/seed';
import { startEmbeddedPostgres } from '@apigate/local';

const dayMs = 86_400_000;
const usersMax = 10_000_000;
const eventsMax = 1_000_000_000;

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000' },
    events: { type: 'string', default: '100000' },
    until: { type: 'string' },
  },
});
const users = wholeNumber('users', usersMax);
const events = wholeNumber('events', eventsMax);
const until =
  values.until === undefined
    ? new Date((Math.floor(Date.now() / dayMs) + 1) * dayMs)
    : new Date(`${values.until}T00:00:00Z`);
if (Number.isNaN(until.getTime())) throw new Error('--until must be a day such as 2027-01-31.');

await using database = await openDatabase();
await migrateDatabase(database.url);
const startedAt = performance.now();
await seedUsage(database.url, {
  users,
  events,
  until,
  onProgress: (done) =>
    console.log(
      `${seconds()} s: ${done.users.toLocaleString('en-US')} users, ${done.events.toLocaleString('en-US')} requests`,
    ),
});
console.log(`Done after ${seconds()} s.`);

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}

function wholeNumber(name: 'users' | 'events', max: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`--${name} must be a whole number from 1 to ${max.toLocaleString('en-US')}.`);
}

/** The database to fill: the given one, that of a running gateway, or the embedded one, started for this. */
async function openDatabase(): Promise<{ url: string } & AsyncDisposable> {
  const given = process.env['DATABASE_URL'];
  const nothing = async (): Promise<void> => undefined;
  if (given !== undefined) return { url: given, [Symbol.asyncDispose]: nothing };
  const dir = path.resolve(process.env['APIGATE_DATA_DIR'] ?? '.apigate', 'postgres');
  const running = await runningUrl(dir);
  if (running !== null) return { url: running, [Symbol.asyncDispose]: nothing };
  return startEmbeddedPostgres({ dir, durable: true, log: () => undefined });
}

/** Where the embedded database of a running gateway is to be found. */
async function runningUrl(dir: string): Promise<string | null> {
  try {
    const password = await readFile(path.join(dir, 'password'), 'utf8');
    // https://www.postgresql.org/docs/current/storage-file-layout.html: the fourth line is the port.
    const [pid, , , port] = (
      await readFile(path.join(dir, 'data', 'postmaster.pid'), 'utf8')
    ).split('\n');
    process.kill(Number(pid), 0);
    return `postgres://apigate:${password}@127.0.0.1:${port}/postgres`;
  } catch {
    return null;
  }
}
