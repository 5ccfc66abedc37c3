import { createApigate } from '@apigate/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openShell, type Shell } from './testing/shell.ts';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let server: Gateway;
let shell: Shell;

beforeAll(async () => {
  server = await startGateway();
  shell = await openShell({ APIGATE_URL: server.url, APIGATE_TOKEN: server.token });
  const api = createApigate(server);
  await api.users.create({ email: 'jane@example.com', name: 'Jane Doe' });
  await api.users.create({ email: 'john@example.com' });
}, 60_000);

afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

describe('plans, keys, upstreams and routes', () => {
  test('a plan takes every flag', async () => {
    const create =
      'apigate plans create --name Team --id team-2 --price 4900 --rate-limit unlimited --monthly-quota -1 --enforcement soft --overage-price 50';
    expect(await shell.json(create)).toMatchObject({
      slug: 'team-2',
      price_monthly_cents: 4900,
      rate_limit_per_minute: null,
      requests_per_month: null,
      enforcement: 'soft',
      overage_cents_per_1000: 50,
    });
    expect(await shell.json('apigate plans update team-2 --monthly-quota 5')).toMatchObject({
      requests_per_month: 5,
      price_monthly_cents: 4900,
    });
    expect(await shell.run('apigate plans delete team-2 --yes')).toMatchObject({
      exitCode: 0,
      stdout: 'The plan team-2 is deleted.\n',
    });
  });

  test('a key shows its secret once, and goes by what lists show of it', async () => {
    const create =
      'apigate keys create --user jane@example.com --name ci --scopes a:b,c --expires 2099-01-31 --allowed-ips 10.0.0.0/8,::1 --rate-limit 5';
    const { id, key, prefix, last_four } = z
      .object({ id: z.string(), key: z.string(), prefix: z.string(), last_four: z.string() })
      .parse(await shell.json(create));
    expect(key).toMatch(/^ak_\w{38}$/);
    expect(JSON.stringify(await shell.json(`apigate keys get ${id}`))).not.toContain(key);
    for (const name of [prefix, last_four, `${prefix}…${last_four}`, `${prefix}...${last_four}`]) {
      expect(await shell.json(`apigate keys get '${name}'`)).toMatchObject({ id });
    }
    expect(await shell.json(`apigate keys update ${prefix} --expires ''`)).toMatchObject({
      expires_at: null,
      scopes: ['a:b', 'c'],
    });
    expect(await shell.json(`apigate keys disable ${prefix}`)).toMatchObject({
      status: 'disabled',
    });
    expect(await shell.json(`apigate keys enable ${prefix}`)).toMatchObject({ status: 'live' });
    expect(await shell.json(`apigate keys delete ${prefix} --yes`)).toMatchObject({
      status: 'revoked',
    });
    expect(await shell.run('apigate keys get zzzz')).toMatchObject({
      exitCode: 1,
      stderr: 'error: no key zzzz\n',
    });
  });

  test('upstreams and routes', async () => {
    const createUpstream =
      "apigate upstreams create --name orders --url http://127.0.0.1:9/v1/ --auth-header 'X-Token: secret'";
    expect(await shell.json(createUpstream)).toMatchObject({
      url: 'http://127.0.0.1:9/v1',
      auth_header_name: 'X-Token',
    });
    const createRoute =
      "apigate routes create --name orders --path '/orders/*' --upstream orders --methods get,POST --scopes a:b --priority -3";
    expect(await shell.json(createRoute)).toMatchObject({
      methods: ['GET', 'POST'],
      required_scopes: ['a:b'],
      priority: -3,
      upstream: { name: 'orders' },
    });
    expect(await shell.json('apigate routes update orders --enabled false')).toMatchObject({
      enabled: false,
    });
    expect(await shell.run('apigate upstreams delete orders --yes')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('(upstream_in_use, request '),
    });
    expect(await shell.run('apigate routes delete orders --yes')).toMatchObject({ exitCode: 0 });
    expect(await shell.run('apigate upstreams delete orders --yes')).toMatchObject({ exitCode: 0 });
  });

  test('usage, of requests that went through the proxy', async () => {
    const call = async (path: string, key: string) =>
      (await fetch(`${server.proxyUrl}${path}`, { headers: { 'x-api-key': key } })).status;
    const create =
      'apigate keys create --user customer@apigate.local --name elsewhere --allowed-ips 192.0.2.1';
    const { key } = z.object({ key: z.string() }).parse(await shell.json(create));
    expect(await call('/echo/a', server.customerKey)).toBe(200);
    expect(await call('/echo/b', server.customerKey)).toBe(200);
    await expect.poll(() => call('/echo/c', key)).toBe(403);
    await expect
      .poll(() => shell.json('apigate usage events --user customer@apigate.local'), {
        timeout: 10_000,
      })
      .toMatchObject({ data: [{ path: '/echo/c' }, { path: '/echo/b' }, { path: '/echo/a' }] });
    expect(await shell.json('apigate usage show customer@apigate.local')).toMatchObject({
      quota: { used: 2, limit: 1000 },
      requests: 3,
      outcomes: { '2xx': 2, refused: 1 },
    });
    const refused = `apigate usage events --key ${key.slice(-4)} --refused --csv`;
    const [header, row, ...rest] = (await shell.run(refused)).stdout.split('\r\n');
    expect(header).toMatch(/^id,at,user_id,user_email,key_id,key_name,route_id,.*,refusal_code,/);
    expect(row).toMatch(/,elsewhere,[^,]+,Sample API,GET,\/echo\/c,403,ip_not_allowed,0,/);
    expect(rest).toEqual(['']);
    const { stdout } = await shell.run('apigate usage show customer@apigate.local');
    expect(stdout).toMatch(/^Quota used +2 of 1,000 \(0\.2 %\)$/m);
    expect(stdout).toMatch(/^By key\nKey +Requests +Units\nQuickstart +2 +2\nelsewhere +1 +0$/m);
  });
});

describe('output', () => {
  test('lists page by cursor', async () => {
    const page = z.object({
      data: z.array(z.object({ email: z.string() })),
      has_more: z.boolean(),
      next_cursor: z.string().nullable(),
    });
    const first = page.parse(await shell.json('apigate users list --limit 1'));
    expect(first.has_more).toBe(true);
    const next = `apigate users list --limit 1 --cursor ${first.next_cursor}`;
    const second = page.parse(await shell.json(next));
    expect(second.data).toHaveLength(1);
    expect(second.data).not.toEqual(first.data);
  });

  test('a table for people, without colours where it is piped, remarks beside it', async () => {
    const { stdout, stderr } = await shell.run(
      'apigate users list --q jane; apigate users list --q nobody; apigate users list --limit 1 >/dev/null',
    );
    expect(stdout).toMatch(
      /^Email +Name +Plan +Status +Role +Last login +ID\njane@example\.com +Jane Doe +Free +active +customer +– +\S{36}\n$/,
    );
    expect(stderr).toMatch(/^No users\.\nThere are more: --cursor \S+\n$/);
  });

  test('money as people write it in tables', async () => {
    expect((await shell.run('apigate plans list')).stdout).toMatch(
      /^pro +Pro +\$29\.00 +100,000 +600 /m,
    );
  });

  test('CSV with a column for each field', async () => {
    const { stdout } = await shell.run('apigate users list --q jane --csv');
    const [header, row, rest] = stdout.split('\r\n');
    expect(header).toMatch(/^id,email,external_id,username,name,.*,plan_slug,plan_name,status,/);
    expect(row).toContain(',jane@example.com,,,Jane Doe,');
    expect(rest).toBe('');
  });

  test('a reader that leaves early is no failure', async () => {
    const { stdout, stderr } = await shell.run('apigate users list --json | head -1');
    expect({ stdout, stderr }).toEqual({ stdout: '{\n', stderr: '' });
  });
});

describe('failures', () => {
  test('of the server end with 1 and one line', async () => {
    const outcome = await shell.run('apigate users create --email jane@example.com');
    expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^error: [^\n]+ \(email_taken, request [\w-]+\)\n$/);
  });

  test('of the connection end with 1', async () => {
    const outcome = await shell.run('apigate users list --url http://127.0.0.1:2 --token x');
    expect(outcome).toMatchObject({
      exitCode: 1,
      stderr: 'error: cannot reach http://127.0.0.1:2: ECONNREFUSED (network_error)\n',
    });
  });

  test('of use end with 2', async () => {
    for (const commandLine of ['apigate users lst', 'apigate users list --limit 0']) {
      expect(await shell.run(commandLine)).toMatchObject({ exitCode: 2, stdout: '' });
    }
  });

  test('help is no failure, and has examples', async () => {
    const { exitCode, stdout } = await shell.run('apigate users create --help');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Examples:\n  apigate users create --email');
  });
});
