import type { Problem } from '@apigate/contract';
import { generateApiKey } from '@apigate/domain/gateway';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EchoedRequest } from './testing/echo-upstream.ts';
import { insertCustomer, insertKey, insertRoute } from './testing/records.ts';
import { exchangeRaw } from './testing/send-raw.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

async function eventsOf(userId: string, count: number): Promise<Record<string, unknown>[]> {
  let rows: Record<string, unknown>[] = [];
  await waitUntil(`${count} events of the user`, async () => {
    const sql = 'select * from usage_events where user_id = $1 order by at, id';
    ({ rows } = await gateway.db.query(sql, [userId]));
    return rows.length >= count;
  });
  return rows;
}

async function codeOf(res: Response): Promise<string> {
  return ((await res.json()) as Problem).code;
}

const past = new Date(Date.now() - 1_000);

test.each([
  ['missing_api_key', 401, {}, () => ({})],
  ['invalid_api_key', 401, {}, () => ({ 'X-API-Key': 'ak_nonsense' })],
  ['invalid_api_key', 401, {}, () => ({ 'X-API-Key': generateApiKey('ak') })],
  ['key_revoked', 401, { key: { revoked_at: past } }, null],
  ['key_expired', 401, { key: { expires_at: past } }, null],
  ['key_disabled', 401, { key: { enabled: false } }, null],
  ['user_suspended', 403, { user: { status: 'suspended' } }, null],
  ['ip_not_allowed', 403, { key: { allowed_ips: ['10.0.0.0/8'] } }, null],
  ['key_revoked', 401, { key: { revoked_at: past }, user: { status: 'suspended' } }, null],
] as const)('refuses with %s (%i) %j', async (code, status, customer, credential) => {
  const { secret, userId } = await insertCustomer(gateway.db, customer);
  const hits = gateway.upstream.hits;
  const res = await fetch(`${gateway.url}/x`, {
    headers: credential?.() ?? { 'X-API-Key': secret },
  });
  const requestId = res.headers.get('x-request-id');
  expect(res.status).toBe(status);
  expect(res.headers.get('content-type')).toBe('application/problem+json');
  expect(await res.json()).toMatchObject({
    type: 'about:blank',
    status,
    code,
    request_id: requestId,
  });
  expect(gateway.upstream.hits).toBe(hits);
  if (credential !== null) return;
  expect(res.headers.get('x-quota-used')).toBe('0');
  const [event] = await eventsOf(userId, 1);
  expect(event).toMatchObject({ id: requestId, refusal_code: code, status, units: 0, path: '/x' });
});

test('refuses a key without the scopes of the route, and takes a wider one', async () => {
  await insertRoute(gateway.db, gateway.upstreamId, {
    path: '/reports',
    required_scopes: ['reports:read'],
  });
  await gateway.heard();
  const { userId, secret } = await insertCustomer(gateway.db, {
    key: { scopes: ['reports:write'] },
  });
  const wider = await insertKey(gateway.db, userId, { scopes: ['reports:*'] });
  const refused = await gateway.send(secret, '/reports');
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'insufficient_scope']);
  expect((await gateway.send(wider.secret, '/reports')).status).toBe(200);
});

test('refuses what no route leads to, and keeps /_apigate to itself', async () => {
  const { secret } = await insertCustomer(gateway.db);
  await gateway.db.query(`update routes set path = '/api/*' where id = $1`, [gateway.routeId]);
  await gateway.heard();
  expect(await (await gateway.send(secret, '/y')).json()).toMatchObject({
    code: 'route_not_found',
  });
  await gateway.db.query(`update routes set path = '/*' where id = $1`, [gateway.routeId]);
  await gateway.heard();
  for (const path of [
    '/_apigate/metrics/',
    '/_apigate/metrics?',
    '/_apigate',
    '/%5Fapigate/readyz',
    '/_Apigate/healthz',
  ]) {
    expect((await gateway.send(secret, path)).status).toBe(404);
  }
});

test('takes the key as a bearer token, and from no query string', async () => {
  const { secret } = await insertCustomer(gateway.db);
  const headers = { Authorization: `Bearer ${secret}` };
  expect((await fetch(gateway.url, { headers })).status).toBe(200);
  const res = await fetch(`${gateway.url}/?api_key=${secret}&X-API-Key=${secret}`);
  expect([res.status, await codeOf(res)]).toEqual([401, 'missing_api_key']);
});

test('tells the upstream who calls, and lets no client say so itself in any spelling', async () => {
  const { secret, userId, planId, keyId } = await insertCustomer(gateway.db, {
    user: { metadata: { company_size: '10-50', motto: 'Größe' } },
  });
  const spellings = [
    'X-User-Id',
    'x_user_id',
    'X-User_Id',
    'X.User.Id',
    'X-User-Meta-Company-Size',
  ];
  spellings.push(
    'X_User_Meta_Company_Size',
    'X-Plan-Id',
    'X_PLAN_ID',
    'X-Key-Id',
    'X-Apigate-Debug',
  );
  spellings.push(
    'X-Request-Id',
    'X_Request_Id',
    'X-Forwarded-For',
    'X-Real-IP',
    'Forwarded',
    'x-user-email',
  );
  const res = await exchangeRaw(gateway.port, [
    'GET /who HTTP/1.1',
    'Host: api.example.com',
    `X-API-Key: ${secret}`,
    ...spellings.map((name) => `${name}: forged`),
  ]);
  const { rawHeaders } = JSON.parse(res.body) as EchoedRequest;
  const requestId = res.headers['x-request-id'];
  expect(rawHeaders.join('\n')).not.toContain('forged');
  expect(rawHeaders.join('\n')).not.toContain(secret);
  expect(rawHeaders.slice(2)).toEqual([
    ...['X-User-Id', userId, 'X-Plan-Id', planId, 'X-Key-Id', keyId],
    ...['X-User-Meta-Motto', 'Gr%C3%B6%C3%9Fe', 'X-User-Meta-Company-Size', '10-50'],
    ...['X-Request-Id', requestId, 'X-Forwarded-For', '127.0.0.1', 'X-Forwarded-Proto', 'http'],
    ...['X-Forwarded-Host', 'api.example.com'],
  ]);
});

test('forwards the address only while the setting says so', async () => {
  const { secret } = await insertCustomer(gateway.db, { user: { email: 'jane@example.com' } });
  const sees = async () => (await gateway.echo(secret)).rawHeaders.includes('jane@example.com');
  expect(await sees()).toBe(false);
  const set = `insert into settings values ('proxy.forward_email', $1, now())
    on conflict (name) do update set value = excluded.value`;
  await gateway.db.query(set, ['true']);
  await waitUntil('the address is forwarded', sees);
  await gateway.db.query(set, ['false']);
  await waitUntil('the address is not forwarded', async () => !(await sees()));
});

test('lets anyone through where no key is needed, and knows a key that is given', async () => {
  await insertRoute(gateway.db, gateway.upstreamId, { path: '/public', auth_required: false });
  await gateway.heard();
  const anonymous = await fetch(`${gateway.url}/public`, {
    headers: { Authorization: 'Bearer theirs', 'X-User-Id': 'x' },
  });
  const { rawHeaders } = (await anonymous.json()) as EchoedRequest;
  expect(rawHeaders).toContain('Bearer theirs');
  expect(rawHeaders).not.toContain('X-User-Id');
  expect(anonymous.headers.has('x-quota-used')).toBe(false);
  const { secret, userId } = await insertCustomer(gateway.db);
  const known = await gateway.echo(secret, '/public');
  expect(known.rawHeaders).toContain(userId);
  expect((await gateway.send(generateApiKey('ak'), '/public')).status).toBe(401);
  await waitUntil('the anonymous request is stored', async () => {
    const sql = 'select * from usage_events where id = $1 and user_id is null and units = 0';
    return (await gateway.db.query(sql, [anonymous.headers.get('x-request-id')])).rows.length === 1;
  });
});

test('200 parallel requests against a limit of 20 a minute: exactly 20 pass, and the others are told when', async () => {
  const { secret, userId } = await insertCustomer(gateway.db, {
    plan: { rate_limit_per_minute: 20 },
  });
  const hits = gateway.upstream.hits;
  // One token comes back every 3 s; all of them are here long before that.
  const answers = await Promise.all(Array.from({ length: 200 }, () => gateway.send(secret)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
  expect(refused).toHaveLength(180);
  expect(gateway.upstream.hits - hits).toBe(20);
  for (const { headers } of refused) {
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(3);
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
  }
  const events = await eventsOf(userId, 200);
  expect(events.filter((event) => event['refusal_code'] === 'rate_limited')).toHaveLength(180);
  await Promise.all(answers.map((res) => res.text()));
});

test('1,000 parallel requests against a rest of 10 units: exactly 10 pass, here and in the database', async () => {
  const { secret, userId } = await insertCustomer(gateway.db, { plan: { requests_per_month: 25 } });
  const month = `date_trunc('month', now() at time zone 'UTC')::date`;
  await gateway.db.query(`insert into quota_periods values ($1, ${month}, 15)`, [userId]);
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      const res = await gateway.send(secret);
      await res.text();
      return res;
    }),
  );
  const refused = answers.filter(({ status }) => status === 402);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(refused).toHaveLength(990);
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused[0]?.headers.get('x-quota-remaining')).toBe('0');
  await eventsOf(userId, 1_000);
  const { rows } = await gateway.db.query('select units from quota_periods where user_id = $1', [
    userId,
  ]);
  expect(rows).toEqual([{ units: '25' }]);
  expect((await gateway.send(secret)).headers.get('x-quota-used')).toBe('25');
});

test('lets a soft quota be passed, and counts on', async () => {
  const plan = { requests_per_month: 1, enforcement: 'soft' };
  const { secret } = await insertCustomer(gateway.db, { plan });
  await gateway.send(secret);
  const res = await gateway.send(secret);
  expect([
    res.status,
    res.headers.get('x-quota-used'),
    res.headers.get('x-quota-remaining'),
  ]).toEqual([200, '2', '0']);
});

test('charges what the route costs, and answers as the setting says', async () => {
  await insertRoute(gateway.db, gateway.upstreamId, { path: '/dear', cost: 4 });
  const set = `insert into settings values ('quota.exceeded_status', $1, now())
    on conflict (name) do update set value = excluded.value`;
  const { secret } = await insertCustomer(gateway.db, { plan: { requests_per_month: 6 } });
  await gateway.heard();
  expect((await gateway.send(secret, '/dear')).headers.get('x-quota-remaining')).toBe('2');
  expect((await gateway.send(secret, '/dear')).status).toBe(402);
  await gateway.db.query(set, ['429']);
  await gateway.heard();
  const res = await gateway.send(secret, '/dear');
  expect(await res.json()).toMatchObject({ code: 'quota_exceeded', status: 429 });
  await gateway.db.query(set, ['402']);
});

test('holds each caller of a route to the limit of the route, and a key to its own', async () => {
  await insertRoute(gateway.db, gateway.upstreamId, { path: '/narrow', rate_limit_per_minute: 2 });
  await gateway.heard();
  const statuses = async (secret: string, path: string, count: number) => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => gateway.send(secret, path)),
    );
    return answers.map(({ status }) => status).toSorted((a, b) => a - b);
  };
  const one = await insertCustomer(gateway.db);
  const other = await insertCustomer(gateway.db, { key: { rate_limit_per_minute: 1 } });
  expect(await statuses(one.secret, '/narrow', 3)).toEqual([200, 200, 429]);
  expect(await statuses(other.secret, '/narrow', 2)).toEqual([200, 429]);
  expect(await statuses(one.secret, '/wide', 3)).toEqual([200, 200, 200]);
});

test('a pending user has the tighter limits of the settings', async () => {
  const { secret } = await insertCustomer(gateway.db, {
    plan: { rate_limit_per_minute: 60, requests_per_month: null },
    user: { status: 'pending' },
  });
  const { headers } = await gateway.send(secret);
  expect([headers.get('x-ratelimit-limit'), headers.get('x-quota-limit')]).toEqual(['10', '100']);
});

test('tells a known key its limits in the words of the IETF draft and in its own', async () => {
  const plan = { rate_limit_per_minute: 60, requests_per_month: 1000 };
  const { secret } = await insertCustomer(gateway.db, { plan });
  gateway.upstream.answer = (_req, res) => {
    res
      .setHeader('X-RateLimit-Limit', '999')
      .setHeader('RateLimit', 'theirs')
      .setHeader('X-Request-Id', 'theirs');
    res.end('{}');
  };
  const { headers } = await gateway.send(secret);
  gateway.upstream.answer = null;
  expect(headers.get('x-ratelimit-limit')).toBe('60');
  expect(headers.get('x-ratelimit-remaining')).toBe('59');
  expect(Number(headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now());
  expect(headers.get('ratelimit')).toMatch(/^"minute";r=59;t=1, "period";r=999;t=\d+$/);
  expect(headers.get('ratelimit-policy')).toMatch(/^"minute";q=60;w=60, "period";q=1000;w=\d+$/);
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{14}7/);
});

test('a key in use costs no statement', async () => {
  await using quiet = await startGateway({ bounds: { usageShipMs: 60_000 } });
  const { secret } = await insertCustomer(quiet.db);
  await quiet.heard();
  await quiet.send(secret);
  const before = quiet.statements();
  await Promise.all(Array.from({ length: 50 }, () => quiet.send(secret)));
  expect(quiet.statements()).toBe(before);
});

test('any number of requests with a new key share one look-up', async () => {
  await using quiet = await startGateway({ bounds: { usageShipMs: 60_000 } });
  const { secret } = await insertCustomer(quiet.db);
  await quiet.heard();
  const before = quiet.statements();
  const answers = await Promise.all(Array.from({ length: 50 }, () => quiet.send(secret)));
  expect(answers.every(({ ok }) => ok)).toBe(true);
  expect(quiet.statements()).toBe(before + 1);
});
