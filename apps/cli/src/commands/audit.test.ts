import { createApigate } from '@apigate/sdk';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { openShell, type Shell } from '../testing/shell.ts';

const password = 'correct horse battery staple';
const email = 'john@example.com';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let server: Gateway;
let shell: Shell;
let john: string;

/** A few deeds. */
beforeAll(async () => {
  server = await startGateway();
  shell = await openShell({ APIGATE_URL: server.url, APIGATE_TOKEN: server.token });
  const api = createApigate(server);
  ({ id: john } = await api.users.create({ email, password }));
  await api.auth.signIn({ email, password: 'wrong' }).catch(() => undefined);
  await api.auth.signIn({ email, password });
  await api.users.update(email, { name: 'John Doe' });
  await shell.json(`apigate users update ${email} --role moderator`);
}, 60_000);

afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function lines(commandLine: string): Promise<string[]> {
  const { exitCode, stdout, stderr } = await shell.run(commandLine);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

const event = z.object({ seq: z.int(), at: z.iso.datetime(), action: z.string() });

test('deeds are lines of a log, in UTC', async () => {
  const log = await lines(`apigate audit list --user ${email} --format log`);
  expect(log.map((line) => line.replace(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] /, ''))).toEqual([
    `WARN [UsersService] User role changed: ${john}`,
    `INFO [UsersService] User updated: ${john}`,
    `INFO [AuthService] User login: ${email}`,
    `WARN [AuthService] User login failed: ${email}`,
    `INFO [UsersService] User created: ${john}`,
  ]);
  const login = 'apigate audit list --action auth.signed_in';
  const { data } = z.object({ data: z.array(event) }).parse(await shell.json(login));
  const at = data[0]?.at.slice(0, 19).replace('T', ' ');
  expect(await lines(`${login} --format log`)).toEqual([
    `[${at}] INFO [AuthService] User login: ${email}`,
  ]);
});

test('deeds are a table for people, and can be filtered', async () => {
  const { stdout } = await shell.run(`apigate audit list --target ${john} --limit 1`);
  expect(stdout).toMatch(/^At +Who +Action +To what +From +Request ID\n/);
  expect(stdout).toMatch(/Z +This machine +users\.role_changed +john@example\.com +127\.0\.0\.1 /);
  const list = 'apigate audit list --since 2000-01-01 --until';
  expect(await shell.json(`${list} 2000-01-02`)).toMatchObject({ data: [] });
  expect(await shell.json(`${list} 2999-01-01`)).toMatchObject({ has_more: false });
  const csv = await lines('apigate audit list --action users.role_changed --csv');
  expect(csv).toHaveLength(2);
  expect(csv[0]).toContain(',actor_kind,actor_id,actor_label,target_kind,');
  expect(csv[1]).toContain('"{""role"":""customer""}","{""role"":""moderator""}"');
});

test('the export holds every deed of every page, oldest first', async () => {
  const api = createApigate(server);
  for (let i = 0; i < 205; i += 1) await api.settings.set('password.min_length', 8 + (i % 2));
  const { stdout } = await shell.run('apigate audit export');
  const events = z.array(event).parse(JSON.parse(stdout));
  expect(events.length).toBeGreaterThan(210);
  expect(stdout).toContain('"user_agent":"apigate/');
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(await lines('apigate audit export --format log')).toHaveLength(events.length);
  expect(await lines('apigate audit export --format csv')).toHaveLength(events.length + 1);
});

test('requests to the control plane are recorded', async () => {
  const record = z.object({
    timestamp: z.iso.datetime(),
    user_id: z.literal(john),
    method: z.literal('GET'),
    endpoint: z.literal('/trpc'),
    query: z.literal('auth.me'),
    status_code: z.literal(200),
    response_time: z.int(),
  });
  const api = createApigate(server);
  const { accessToken } = await api.auth.signIn({ email, password });
  await createApigate({ url: server.url, token: accessToken ?? '' }).auth.me();
  await expect
    .poll(() => shell.json(`apigate audit access --user ${email} --limit 1`), { timeout: 10_000 })
    .toSatisfy((page) => z.object({ data: z.tuple([record]) }).safeParse(page).success);
});

test('a log that was tampered with is told from one that was not', async () => {
  const { stdout } = await shell.run('apigate audit verify');
  expect(stdout).toMatch(/^Intact +yes\nEvents checked +\d+\n$/);
  const database = new Client({ connectionString: server.databaseUrl });
  await database.connect();
  const { rows } = await database.query<{ seq: string }>(
    `update audit_events set actor_label = 'nobody' where action = 'users.role_changed' returning seq`,
  );
  await database.end();
  const seq = Number(rows[0]?.seq);
  expect(await shell.run('apigate audit verify')).toEqual({
    exitCode: 1,
    stdout: expect.stringMatching(/^Intact +no\n/),
    stderr: `error: the audit log is broken at event ${seq}: the event is not as it was written\n`,
  });
  const json = await shell.run('apigate audit verify --json');
  expect(JSON.parse(json.stdout)).toMatchObject({ intact: false, broken_at: { seq } });
});
