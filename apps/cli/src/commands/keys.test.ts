import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { openShell, type Shell } from '../testing/shell.ts';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

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

const customer = 'customer@apigate.local';

async function create(flags: string): Promise<{ id: string; key: string }> {
  const made = Object(await shell.json(`apigate keys create --user ${customer} ${flags}`));
  return { id: String(Reflect.get(made, 'id')), key: String(Reflect.get(made, 'key')) };
}

async function statusWith(headers: Record<string, string>): Promise<number> {
  const response = await fetch(`${server.proxyUrl}/echo/hello`, { headers });
  await response.text();
  return response.status;
}

const works = (key: string) =>
  vi.waitFor(async () => expect(await statusWith({ 'x-api-key': key })).toBe(200), 5_000);
const stops = (key: string) =>
  vi.waitFor(async () => expect(await statusWith({ 'x-api-key': key })).toBe(401), 5_000);

test('a rotation: both keys work, the old one is seen to be used, and it can be finished', async () => {
  const old = await create('--name rotated --scopes a:read');
  await works(old.key);
  const rotated = Object(await shell.json(`apigate keys rotate ${old.id} --overlap 3600`));
  expect(rotated).toMatchObject({
    name: 'rotated',
    scopes: ['a:read'],
    key: expect.stringMatching(/^ak_[0-9A-Za-z]{38}$/),
    old: { id: old.id, replaced_by: expect.any(String), grace_until: expect.any(String) },
  });
  const successor = String(Reflect.get(rotated, 'key'));
  await works(successor);
  expect(await statusWith({ 'x-api-key': old.key, 'user-agent': 'old-app/1' })).toBe(200);
  await vi.waitFor(
    async () =>
      expect(await shell.json(`apigate keys rotation ${old.id}`)).toMatchObject({
        is_under_way: true,
        use: { calls: 1, callers: [{ user_agent: 'old-app/1', ip: '127.0.0.1' }] },
      }),
    { timeout: 20_000, interval: 200 },
  );
  expect(await shell.run(`apigate keys rotation ${old.id}`)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/Calls with the old key +1\n[^]*old-app\/1/),
  });
  expect(await shell.run(`apigate keys finish-rotation ${old.id} --yes`)).toMatchObject({
    exitCode: 0,
    stdout: `The key rotated of ${customer} has stopped, and its successor has taken over.\n`,
  });
  await stops(old.key);
  await works(successor);
});

test('a cancelled rotation leaves the old key as it was', async () => {
  const old = await create('--name kept');
  const rotated = Object(await shell.json(`apigate keys rotate ${old.id}`));
  const successor = String(Reflect.get(rotated, 'key'));
  await works(successor);
  expect(await shell.run(`apigate keys cancel-rotation ${old.id} --yes`)).toMatchObject({
    exitCode: 0,
  });
  await stops(successor);
  await works(old.key);
  expect(await shell.run(`apigate keys finish-rotation ${old.id} --yes`)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('No rotation of this key is under way'),
  });
});

test('a key id and secret of one’s own choice, named by the id', async () => {
  const { key } = await create('--name shop --kind basic --key-id shop-1 --key-secret s3cret-1');
  expect(key).toBe('shop-1:s3cret-1');
  await works(key);
  expect(await statusWith({ authorization: `Basic ${btoa(key)}` })).toBe(200);
  expect(await shell.run('apigate keys get shop-1')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Key +shop-1\n/),
  });
  expect(await shell.run('apigate keys rotate shop-1')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('A key id is needed'),
  });
  expect(
    await shell.run(`apigate keys create --user ${customer} --name x --kind basic`),
  ).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--key-id') });
});
