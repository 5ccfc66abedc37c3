import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as contract from '@apigate/contract';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createProgram } from './program.ts';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { wireSchema } from './testing/wire-schema.ts';

vi.setConfig({ testTimeout: 60_000 });

let server: Gateway;
let dir: string;
beforeAll(async () => {
  server = await startGateway();
  dir = await mkdtemp(path.join(tmpdir(), 'apigate-json-'));
  await writeFile(path.join(dir, 'users.csv'), 'email,name\nimported@example.com,Imported\n');
  await writeFile(
    path.join(dir, 'openapi.yaml'),
    'openapi: 3.1.0\ninfo: { title: Echo, version: "1" }\npaths: { /echo: { get: { responses: {} } } }\n',
  );
}, 60_000);
afterAll(async () => {
  await rm(dir, { recursive: true });
  await server[Symbol.asyncDispose]();
});

/** Runs a command line in this process. */
async function run(args: readonly string[]): Promise<string> {
  let stdout = '';
  vi.stubEnv('APIGATE_URL', server.url);
  vi.stubEnv('APIGATE_TOKEN', args.includes('login') ? undefined : tokenFor(args));
  vi.stubEnv('APIGATE_DATA_DIR', path.join(dir, 'nothing'));
  vi.stubEnv('XDG_CONFIG_HOME', dir);
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    stdout += String(text);
    for (const callback of rest) if (typeof callback === 'function') callback();
    return true;
  });
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
  } finally {
    write.mockRestore();
    vi.unstubAllEnvs();
  }
  return stdout;
}

/** A plan is chosen by the person who is to be on it. */
function tokenFor(args: readonly string[]): string | undefined {
  return args[1] === 'choose' ? made.get('customerToken') : server.token;
}

const quickstart = z.object({
  adminEmail: z.string(),
  adminPassword: z.string(),
  customerEmail: z.string(),
  customerPassword: z.string(),
});
const page = (item: z.ZodType) => contract.page(item);
const gone = z.object({ id: contract.id });
const keyShown = contract.key.extend({ key: z.string() });
const rotation = contract.keyRotation;

/** What commands before have made, by the names that the command lines below give it. */
const made = new Map<string, string>();
const idOf = (answer: unknown) => z.object({ id: z.string() }).parse(answer).id;

/** Every command that ends, in an order in which each finds what it needs; `<name>` is what `made` has of it. */
const commands: [line: string, schema: z.ZodType, name?: string][] = [
  [
    'login --email <adminEmail> --password <adminPassword>',
    z.intersection(z.object({ url: z.string() }), z.looseObject({})),
  ],
  ['logout', z.object({ url: z.string().nullable() })],
  ['whoami', contract.caller],
  ['version', z.object({ version: z.string() })],
  ['completion bash', z.object({ shell: z.string(), script: z.string() })],

  ['plans create --name Team', contract.plan],
  ['plans list', page(contract.plan)],
  ['plans get team', contract.plan],
  ['plans choose team', contract.user],
  ['plans choose free', contract.user],
  ['plans update team --price 5', contract.plan],
  ['plans effect team --rate-limit 5', contract.planEffect],
  ['plans delete team --yes', gone],

  ['users create --email jane@example.com --username jane --metadata {"a_b":"1"}', contract.user],
  ['users list', page(contract.user)],
  ['users get jane', contract.user],
  ['users stats jane', contract.usageSummary],
  ['users update jane --name Jane', contract.user],
  ['users suspend jane --reason x', contract.user],
  ['users activate jane', contract.user],
  ['users verify jane', contract.user],
  ['users set-password jane --password new-password', contract.user],
  ['users reset-second-factor jane', contract.user],
  ['users import <file> --dry-run', contract.userImport],
  ['users import <file>', contract.userImport],
  ['users bulk suspend --q jane@ --dry-run', contract.bulkUsersResult],
  ['users bulk suspend --q jane@ --yes', contract.bulkUsersResult],
  ['users bulk restore --users jane,jane@example.com --yes', contract.bulkUsersResult],
  ['users export', z.array(contract.user.extend({ planId: contract.id }))],
  ['users delete imported@example.com --yes', gone],

  ['keys create --user jane --name one', keyShown, 'key'],
  ['keys list', page(contract.key)],
  ['keys get <key>', contract.key],
  ['keys update <key> --name two', contract.key],
  ['keys disable <key>', contract.key],
  ['keys enable <key>', contract.key],
  ['keys rotate <key>', keyShown.extend({ old: contract.key })],
  ['keys rotation <key>', contract.keyRotationInUse],
  ['keys cancel-rotation <key> --yes', rotation],
  ['keys rotate <key>', keyShown.extend({ old: contract.key })],
  ['keys finish-rotation <key> --yes', rotation],
  ['keys revoke <key> --yes', contract.key],

  ['upstreams create --name up --url http://127.0.0.1:9', contract.upstream],
  ['upstreams list', page(contract.upstream)],
  ['upstreams get up', contract.upstream],
  ['upstreams update up --name over', contract.upstream],
  ['routes create --name way --path /way --upstream over', contract.route],
  ['routes list', page(contract.route)],
  ['routes get way', contract.route],
  ['routes update way --priority 3', contract.route],
  ['routes test GET /way', contract.routeTest],
  ['routes delete way --yes', gone],
  ['upstreams delete over --yes', gone],

  ['reference upload <document>', contract.referenceSourceAnswer],
  ['reference fetch <openapi>', contract.referenceSourceAnswer],
  ['reference show', contract.referenceSourceAnswer],
  ['reference remove --yes', contract.referenceSourceAnswer],

  ['search jane', page(contract.found)],
  ['alerts show --user jane', contract.alerts],
  ['alerts set --user jane --quota 50,100', contract.alerts],
  ['usage show jane', contract.usageSummary],
  ['usage events', page(contract.usageEvent)],
  ['usage export', z.array(contract.usageEvent)],
  ['usage explain <request>', contract.refusalExplanation],
  ['analytics overview', contract.analyticsOverview],
  ['analytics users', page(contract.userUsage)],
  ['analytics timeseries', page(contract.timeseriesPoint)],
  ['analytics routes', page(contract.routeUsage)],
  ['analytics keys', page(contract.keyUsage)],

  ['settings list', page(contract.settingView)],
  ['settings get require_email_verification', contract.settingView],
  ['settings set password.min_length 9', contract.settingView],
  ['settings unset password.min_length', contract.settingView],
  [
    'service-keys create --name shop --scopes users:read',
    contract.serviceKey.extend({ key: z.string() }),
  ],
  ['service-keys list', page(contract.serviceKey)],
  ['service-keys revoke shop --yes', contract.serviceKey],
  ['invites create --email mary@example.com --role moderator', contract.invite],
  ['invites list', page(contract.invite)],
  ['invites revoke mary@example.com --yes', gone],
  ['sessions list --user <adminEmail>', page(contract.session)],
  ['sessions end <session>', contract.accepted],
  ['mails list', page(contract.mail), 'mail'],
  ['mails show <mail>', contract.mailWithBody],
  ['mails retry <mail>', contract.mail],
  ['audit list', page(contract.auditEvent), 'event'],
  ['audit get <event>', contract.auditEvent],
  ['audit export', z.array(contract.auditEvent)],
  ['audit access', page(contract.accessRecord)],
  ['audit verify', contract.auditVerdict],
];

/** These go on until they are ended. */
const endless = ['serve', 'usage tail'];

function leaves(command: Command, above: readonly string[] = []): string[] {
  return command.commands.flatMap((inner) => {
    const at = [...above, inner.name()];
    return inner.commands.length === 0 ? [at.join(' ')] : leaves(inner, at);
  });
}

test('every command is in the table', () => {
  const tested = (leaf: string) => commands.some(([line]) => `${line} `.startsWith(`${leaf} `));
  expect(leaves(createProgram()).filter((leaf) => !tested(leaf))).toEqual(endless);
});

test('prints JSON as the contract has it, in snake_case, whatever the command', async () => {
  const first = quickstart.parse(
    JSON.parse(await readFile(path.join(server.dataDir, 'quickstart.json'), 'utf8')),
  );
  for (const [name, value] of Object.entries(first)) made.set(name, value);
  made.set('file', path.join(dir, 'users.csv'));
  made.set('document', path.join(dir, 'openapi.yaml'));
  made.set('openapi', `${server.url}/openapi.json`);
  made.set('customerToken', await customerToken(first));
  const answered = await fetch(`${server.proxyUrl}/echo/json`, {
    headers: { 'x-api-key': server.customerKey },
  });
  made.set('request', answered.headers.get('x-request-id') ?? '');
  await expect
    .poll(() => run(['usage', 'events', '--json']), { timeout: 10_000 })
    .toContain(made.get('request'));

  for (const [line, schema, name] of commands) {
    if (line.startsWith('sessions end')) made.set('session', await newSession());
    const words = line.split(' ').map((word) => made.get(word.slice(1, -1)) ?? word);
    const answer: unknown = JSON.parse(await run([...words, '--json']));
    const { error } = wireSchema(schema).safeParse(answer);
    expect(error && `${line}: ${z.prettifyError(error)}`).toBeUndefined();
    if (name === 'mail' || name === 'event')
      made.set(name, idOf(Reflect.get(Object(answer), 'data')[0]));
    else if (name !== undefined) made.set(name, idOf(answer));
  }
});

async function customerToken(first: z.infer<typeof quickstart>): Promise<string> {
  const answer = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: first.customerEmail, password: first.customerPassword }),
  });
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}

async function newSession(): Promise<string> {
  const signIn = `login --email ${made.get('adminEmail')} --password ${made.get('adminPassword')}`;
  await run(signIn.split(' '));
  const list = await run(['sessions', 'list', '--user', made.get('adminEmail') ?? '', '--json']);
  return idOf(Reflect.get(Object(JSON.parse(list)), 'data')[0]);
}

test('prints CSV of one thing as well as of many', async () => {
  const one = await run(['users', 'get', 'jane', '--csv']);
  const many = await run(['users', 'list', '--q', 'jane', '--csv']);
  expect(one).toBe(many);
  expect(one.split('\r\n')).toHaveLength(3);
  expect(await run(['version', '--csv'])).toMatch(/^version\r\n[\d.]+\r\n$/);
  expect(await run(['users', 'stats', 'jane', '--csv'])).toMatch(/^user_id,user_email,.*requests/);
});
