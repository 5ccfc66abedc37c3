import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApigate } from '@apigate/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openShell } from './testing/shell.ts';

const password = 'correct horse battery staple';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let server: Gateway;

beforeAll(async () => {
  // Shorter than the time ahead of which we renew, so that every use of a sign-in renews it.
  server = await startGateway({ JWT_EXPIRES_IN: '20s' });
  const api = createApigate(server);
  await api.users.create({ email: 'root@example.com', role: 'admin', password });
}, 60_000);

afterAll(() => server[Symbol.asyncDispose]());

test('a sign-in is remembered in a private file, renewed by itself, and forgotten', async () => {
  await using other = await openShell();
  const login = `apigate login --url ${server.url} --email root@example.com --password '${password}'`;
  expect(await other.run(login)).toMatchObject({
    exitCode: 0,
    stdout: `Signed in to ${server.url} as root@example.com (admin).\n`,
  });
  const file = join(other.dir, 'config/apigate/credentials.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
  const before = await readFile(file, 'utf8');
  expect(before).not.toContain(password);
  expect(await other.run('apigate whoami')).toMatchObject({
    stdout: 'root@example.com (admin)\n',
  });
  expect(await readFile(file, 'utf8')).not.toBe(before);

  await writeFile(join(other.dir, 'kept.json'), await readFile(file));
  expect(await other.run('apigate logout')).toMatchObject({ exitCode: 0 });
  expect((await other.run('apigate whoami')).stderr).toContain('run "apigate login"');
  await writeFile(file, await readFile(join(other.dir, 'kept.json')));
  expect(await other.run('apigate whoami')).toMatchObject({
    exitCode: 1,
    stderr: `error: the sign-in to ${server.url} has ended: run "apigate login"\n`,
  });
});

test('a sign-in with a wrong password keeps nothing', async () => {
  await using other = await openShell();
  const login = `apigate login --url ${server.url} --email root@example.com --password wrong`;
  const outcome = await other.run(login);
  expect(outcome.exitCode).toBe(1);
  expect(outcome.stderr).toContain('(invalid_credentials, request ');
  await expect(stat(join(other.dir, 'config'))).rejects.toThrow('ENOENT');
});

test('a token can be remembered', async () => {
  await using other = await openShell();
  await other.run(`apigate login --url ${server.url} --token ${server.token}`);
  expect(await other.run('apigate whoami')).toMatchObject({
    stdout: 'the service key This machine (admin)\n',
  });
});

test('no sign-in is needed beside the data dir of the server', async () => {
  await using other = await openShell();
  const local = JSON.stringify({ apiUrl: server.url, token: server.token });
  for (const [dir, env] of [
    ['.apigate', {}],
    ['elsewhere', { APIGATE_DATA_DIR: 'elsewhere' }],
  ] as const) {
    await mkdir(join(other.dir, dir));
    await writeFile(join(other.dir, dir, 'local.json'), local);
    expect(await other.run('apigate whoami', env)).toMatchObject({ exitCode: 0 });
  }
});

test('a token is never sent to another address than its own', async () => {
  await using other = await openShell({
    APIGATE_URL: 'http://127.0.0.1:9',
    APIGATE_TOKEN: server.token,
  });
  expect(await other.run(`apigate whoami --url ${server.url}`)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`no way to sign in to ${server.url}`),
  });
  expect(
    await other.run(`apigate --url ${server.url} --token ${server.token} whoami`),
  ).toMatchObject({ exitCode: 0 });
});
