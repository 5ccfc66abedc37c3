import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { isRunning } from './stop-leftover-postgres.ts';

const pidOfNobody = 4_194_305; // One more than Linux ever gives out.

let parent = '';
let dir = '';

const start = (changes: { port?: number } = {}): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dir, durable: true, log: () => undefined, ...changes });

const serverPid = async (): Promise<number> =>
  Number.parseInt(await readFile(path.join(dir, 'data', 'postmaster.pid'), 'utf8'), 10);

async function ask(server: { url: string }, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query({ text: statement, rowMode: 'array' });
  await client.end();
  return rows.flat();
}

beforeAll(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'apigate a space-'));
  dir = path.join(parent, 'postgres');
  await using server = await start();
  await ask(server, 'create table notes (text text)');
  await ask(server, `insert into notes values ('kept')`);
});

afterAll(() => rm(parent, { recursive: true }));

test('keeps its data over a stop and a start, closed to other users, behind a password', async () => {
  const exitHandlers = process.listenerCount('exit');
  const server = await start();
  expect(await ask(server, 'select text from notes')).toEqual(['kept']);
  const mode = async (name: string): Promise<number> =>
    (await stat(path.join(dir, name))).mode & 0o777;
  expect([await mode('.'), await mode('data'), await mode('password')]).toEqual([
    0o700, 0o700, 0o600,
  ]);
  const url = new URL(server.url);
  url.password = 'wrong';
  await expect(ask({ url: url.href }, 'select 1')).rejects.toThrow(/password/);

  const stoppedAt = performance.now();
  await server.stop();
  await server.stop();
  await server.exited;
  expect(performance.now() - stoppedAt).toBeLessThan(500);
  expect(process.listenerCount('exit')).toBe(exitHandlers);
});

test('tells of its own death and recovers from it', async () => {
  const killed = await start();
  await ask(killed, `insert into notes values ('committed')`);
  process.kill(await serverPid(), 'SIGKILL');
  await killed.exited;
  await using server = await start();
  expect(await ask(server, 'select text from notes')).toEqual(['kept', 'committed']);
  await ask(server, `delete from notes where text = 'committed'`);
});

test('refuses a folder that is in use, and says by whom', async () => {
  await using server = await start();
  await expect(start()).rejects.toThrow(`is in use by process ${process.pid}`);
  expect(await ask(server, 'select 1')).toEqual([1]);
});

test('replaces a server that a dead process left behind', async () => {
  const leftover = await start();
  await writeFile(path.join(dir, 'owner.pid'), String(pidOfNobody));
  await using server = await start();
  await leftover.exited;
  expect(await ask(server, 'select text from notes')).toEqual(['kept']);
});

test.each([
  ['nobody', pidOfNobody],
  ['a program that is no database', process.pid],
])('starts in spite of a pid file that names %s', async (_, pid) => {
  await writeFile(path.join(dir, 'data', 'postmaster.pid'), `${pid}\n${dir}\n`);
  await using server = await start();
  expect(await ask(server, 'select 1')).toEqual([1]);
});

test('ends when its owner is killed hard, or at the latest when another wants its place', async () => {
  const source = fileURLToPath(new URL('embedded-postgres.ts', import.meta.url));
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(source)});
    await startEmbeddedPostgres({ dir: ${JSON.stringify(dir)}, durable: true, log: () => undefined });
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  const pid = await serverPid();
  owner.kill('SIGKILL');
  // Only Linux tells it of that.
  if (process.platform === 'linux') {
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5000 });
  }
  await using server = await start();
  expect(isRunning(pid)).toBe(false);
  expect(await ask(server, 'select 1')).toEqual([1]);
});

test('makes the database anew when an earlier attempt was cut short', async () => {
  const fresh = path.join(parent, 'fresh');
  await mkdir(path.join(fresh, `initialising-${pidOfNobody}`, 'data'), { recursive: true });
  await using server = await startEmbeddedPostgres({
    dir: fresh,
    durable: false,
    log: () => undefined,
  });
  expect(await ask(server, 'select 1')).toEqual([1]);
  expect((await readdir(fresh)).sort()).toEqual(['data', 'owner.pid', 'password']);
});

test('says which port is taken', async () => {
  const neighbour = createServer().listen(0, '127.0.0.1');
  await once(neighbour, 'listening');
  const address = neighbour.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(start({ port })).rejects.toThrow(`port ${port} on 127.0.0.1 is taken`);
  neighbour.close();
});

test('says what to do when the password is gone', async () => {
  const password = path.join(dir, 'password');
  const kept = await readFile(password, 'utf8');
  await rm(password);
  await expect(start()).rejects.toThrow(/password is missing.*Put it back/);
  await writeFile(password, kept, { mode: 0o600 });
});
