import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { openShell, type Shell } from '../testing/shell.ts';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let server: Gateway;
let shell: Shell;

beforeAll(async () => {
  server = await startGateway();
  shell = await openShell({ APIGATE_URL: server.url, APIGATE_TOKEN: server.token });
}, 60_000);

afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('a service key made here does what its scopes say until it is revoked', async () => {
  const made = await shell.json(
    'apigate service-keys create --name "Shop backend" --scopes users:read,keys:verify',
  );
  expect(made).toMatchObject({
    name: 'Shop backend',
    status: 'live',
    scopes: ['users:read', 'keys:verify'],
    key: expect.stringMatching(/^sk_[0-9A-Za-z]{38}$/),
  });
  const token = { APIGATE_TOKEN: String(Reflect.get(Object(made), 'key')) };
  expect(await shell.run('apigate whoami', token)).toMatchObject({
    stdout: 'the service key Shop backend (users:read, keys:verify)\n',
  });
  expect(await shell.run('apigate users list', token)).toMatchObject({ exitCode: 0 });
  expect(await shell.run('apigate plans create --name x', token)).toMatchObject({ exitCode: 1 });
  expect(await shell.run('apigate service-keys list')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('Shop backend'),
  });
  expect(await shell.run('apigate service-keys revoke "Shop backend" --yes')).toMatchObject({
    exitCode: 0,
    stdout: 'The service key Shop backend is revoked.\n',
  });
  expect(await shell.run('apigate whoami', token)).toMatchObject({ exitCode: 1 });
});

test('tells in one line what is wrong with a scope or a name', async () => {
  expect(await shell.run('apigate service-keys create --name x --scopes everything')).toMatchObject(
    { exitCode: 2, stderr: expect.stringContaining('--scopes') },
  );
  expect(await shell.run('apigate service-keys revoke nothing --yes')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'error: no service key called nothing\n',
  });
});
