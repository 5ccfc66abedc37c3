import { errorData, problem } from '@apigate/contract';
import { openOrm } from '@apigate/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callApi } from './testing/call-api.ts';
import { openRelay } from './testing/database-relay.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const body = problem.parse(await response.json());
  expect(body).toMatchObject({ status, code });
  expect(body.request_id).toBe(response.headers.get('x-request-id'));
}

describe('every answer', () => {
  test.each(['/healthz', '/portal', '/nothing', '/trpc/auth.instance', '/trpc/nothing'])(
    'of %s carries a request id and the security headers',
    async (path) => {
      const { headers } = await fetch(`${api.url}${path}`);
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
      expect(headers.get('content-security-policy')).toBe(
        [
          `default-src 'none'`,
          `script-src 'self'`,
          `style-src 'self'`,
          `font-src 'self'`,
          `img-src 'self' data:`,
          `connect-src 'self' http://proxy.test`,
          `manifest-src 'self'`,
          `base-uri 'none'`,
          `form-action 'self'`,
          `frame-ancestors 'none'`,
          `object-src 'none'`,
        ].join(';'),
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test('asvs-v5.0.0-14.3.2 of the control plane is kept by no cache', async () => {
    const response = await fetch(`${api.url}/trpc/auth.instance`);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('asks browsers to stay on https where it is public there', async () => {
    await using secure = await startTestApi({ publicUrl: 'https://gate.example.com' });
    const { headers } = await fetch(`${secure.url}/healthz`);
    expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
  });
});

describe('the pages', () => {
  test.each(['/console', '/console/users/1', '/portal', '/portal/login?next=/portal/keys'])(
    'are served at %s',
    async (path) => {
      const response = await fetch(`${api.url}${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(await response.text()).toContain('<title>apigate</title>');
    },
  );

  test.each([
    '/consoles',
    '/portal.html',
    '/assets/missing.js',
    '/index.htm',
    '/.env',
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
  ])('asvs-v5.0.0-1.1.1 are not served at %s', async (path) => {
    await expectProblem(await fetch(`${api.url}${path}`), 404, 'not_found');
  });

  test('are read, not written', async () => {
    const response = await fetch(`${api.url}/console`, { method: 'POST' });
    await expectProblem(response, 404, 'not_found');
  });

  test('keep their hashed files for a year', async () => {
    const response = await fetch(`${api.url}/assets/index-abc.js`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toContain('text/javascript');
  });

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
  ])('travel as the browser takes them: %s', async (accepted, encoding) => {
    const headers = { 'accept-encoding': accepted };
    const response = await fetch(`${api.url}/assets/index-abc.js`, { headers });
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('vary')?.toLowerCase()).toContain('accept-encoding');
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(await response.text()).toBe('export {};');
  });

  test('name the scripts of their frame to a browser with a session, and to no other', async () => {
    const linkOf = async (path: string, cookie: string) => {
      const response = await fetch(`${api.url}${path}`, { headers: { cookie } });
      expect(response.headers.get('vary')?.toLowerCase()).toContain('cookie');
      return response.headers.get('link');
    };
    expect(await linkOf('/console/users/1?tab=keys', 'apigate_refresh=any')).toBe(
      '</assets/index-abc.js>; rel=modulepreload, </assets/b.js>; rel=modulepreload',
    );
    expect(await linkOf('/portal', 'apigate_refresh=any')).toBe(
      '</assets/c.js>; rel=modulepreload',
    );
    expect(await linkOf('/setup', 'apigate_refresh=any')).toBeNull();
    expect(await linkOf('/console', 'apigate_device=any')).toBeNull();
    await expectProblem(await fetch(`${api.url}/.vite/frames.json`), 404, 'not_found');
  });

  test('begin at the portal', async () => {
    const response = await fetch(api.url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/portal']);
  });

  test.each(['/console/%E0%A4%A', '/%', '/assets/%', '/%00', '/portal/%zz'])(
    'answer the broken address %s with a refusal, not with a failure of ours',
    async (path) => {
      const response = await fetch(`${api.url}${path}`);
      expect([400, 404]).toContain(response.status);
      problem.parse(await response.json());
    },
  );
});

describe('a body', () => {
  const instance = '/trpc/auth.signOut';

  test.each(['gzip', 'br', 'deflate', 'zstd', 'gzip, identity', 'x'])(
    'with Content-Encoding: %s is refused unread',
    async (encoding) => {
      const response = await fetch(`${api.url}${instance}`, {
        method: 'POST',
        headers: { ...json, 'content-encoding': encoding },
        body: '{}',
      });
      await expectProblem(response, 415, 'unsupported_media_type');
    },
  );

  test('without one is taken', async () => {
    const response = await fetch(`${api.url}${instance}`, {
      method: 'POST',
      headers: { ...json, 'content-encoding': 'identity' },
      body: '{"json":{}}',
    });
    expect(response.status).toBe(200);
  });

  test('past 256 KiB is refused, whether its size is told or not', async () => {
    const body = JSON.stringify({ json: { refreshToken: 'x'.repeat(300 * 1024) } });
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(body));
        controller.close();
      },
    });
    for (const init of [{ body }, { body: chunks, duplex: 'half' as const }]) {
      const response = await fetch(`${api.url}${instance}`, {
        method: 'POST',
        headers: json,
        ...init,
      });
      expect(response.status).toBe(413);
      const { error }: { error: { json: { data: unknown } } } = JSON.parse(await response.text());
      expect(errorData.parse(error.json.data).code).toBe('payload_too_large');
    }
  });

  test.each([
    ['no JSON', json, '{"json":'],
    ['no envelope', json, '7'],
    ['an array', json, '[]'],
    ['null', json, 'null'],
    ['text', { 'content-type': 'text/plain' }, 'x'],
    ['bytes', { 'content-type': 'application/octet-stream' }, 'x'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'user=x'],
    ['a broken form', { 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\n\r\n'],
    ['a broken date', json, '{"json":{"user":"x"},"meta":{"values":{"user":["Date"]}}}'],
    ['a prototype', json, '{"json":{"user":"x"},"meta":{"values":{"__proto__.x":["Date"]}}}'],
    ['an unknown type', json, '{"json":{"user":"x"},"meta":{"values":{"user":["Bomb"]}}}'],
    ['a wrong path', json, '{"json":{},"meta":{"values":{"a.b.c":["Date"]}}}'],
    ['garbage for meta', json, '{"json":{},"meta":7}'],
    ['a loop', json, '{"json":{"user":"x"},"meta":{"referentialEqualities":[["user","x.y"]]}}'],
  ])('that is %s is refused in our words', async (_, headers, body) => {
    const response = await fetch(`${api.url}/trpc/users.suspend`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${api.tokens.admin}` },
      body,
    });
    const text = await response.text();
    expect(response.status, text).toBeGreaterThanOrEqual(400);
    expect(response.status, text).toBeLessThan(500);
    const { error }: { error: { json: { data: unknown } } } = JSON.parse(text);
    errorData.parse(error.json.data);
  });
});

describe('a batch', () => {
  const batch = (size: number) => {
    const path = Array(size).fill('auth.instance').join(',');
    return fetch(`${api.url}/trpc/${path}?batch=1&input=${encodeURIComponent('{}')}`);
  };

  test('of ten calls is answered, of eleven refused', async () => {
    expect((await batch(10)).status).toBe(200);
    const response = await batch(11);
    const text = await response.text();
    expect(response.status, text).toBe(400);
    expect(text).toContain('bad_request');
  });

  test('keeps its calls apart: each has its own answer and entity manager', async () => {
    const input = {
      0: { json: { user: 'customer@example.com' } },
      1: { json: { user: 'nobody' } },
    };
    const response = await fetch(
      `${api.url}/trpc/users.get,users.get?batch=1&input=${encodeURIComponent(JSON.stringify(input))}`,
      { headers: { authorization: `Bearer ${api.tokens.admin}` } },
    );
    expect(response.status).toBe(207);
    const [first, second]: object[] = JSON.parse(await response.text());
    expect(first).toHaveProperty('result.data.json.email', 'customer@example.com');
    expect(second).toHaveProperty('error.json.data.code', 'not_found');
  });
});

describe('a call', () => {
  test('of what is not there is told so', async () => {
    const { status, error } = await callApi(api, 'users.explode', {});
    expect([status, error?.data.code]).toEqual([404, 'not_found']);
  });

  test('by the wrong method is refused', async () => {
    const { status, error } = await callApi(api, 'users.delete', { user: 'x' }, { isQuery: true });
    expect([status, error?.data.code]).toEqual([405, 'bad_request']);
  });

  test('with wrong fields is told each of them, under the request id', async () => {
    const { status, error, headers } = await callApi(
      api,
      'users.create',
      { email: 'x', metadata: { 'a b': 'x' }, more: 1 },
      { token: api.tokens.admin },
    );
    expect(status).toBe(400);
    expect(error?.data).toMatchObject({
      code: 'bad_request',
      requestId: headers.get('x-request-id'),
    });
    expect(error?.data.errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['email', 'metadata.a b', '']),
    );
    expect(error?.message).toContain('email: must be an e-mail address');
  });

  test.each([
    '',
    'x',
    'Bearer',
    'Bearer ',
    'Basic eDp5',
    'Bearer a b',
    `Bearer ${'x'.repeat(5000)}`,
  ])('with Authorization: %s is nobody’s', async (authorization) => {
    const { status } = await callApi(api, 'auth.me', undefined, {
      isQuery: true,
      headers: { authorization },
    });
    expect(status).toBe(401);
  });

  test('asvs-v5.0.0-4.1.3 asvs-v5.0.0-15.3.4 does not believe an X-Forwarded-For of strangers', async () => {
    const { email } = api.users.otherCustomer;
    const options = { headers: { 'x-forwarded-for': '6.6.6.6' } };
    await callApi(api, 'auth.signIn', { email, password: testPassword }, options);
    const { rows } = await api.domain.db.query(
      'select distinct ip from sessions where ip is not null',
    );
    expect(JSON.stringify(rows)).not.toContain('6.6.6.6');
  });
});

describe('a failure of ours', () => {
  test('asvs-v5.0.0-16.3.4 is masked, told with its request id, and logged once without secrets', async () => {
    await using broken = await startTestApi();
    await broken.domain.db.query('alter table users rename column first_name to broken');
    const input = { email: 'new@example.com', password: 'a password to keep', firstName: 'Jane' };
    const { status, error, text, headers } = await callApi(broken, 'users.create', input, {
      token: broken.tokens.service,
    });
    expect(status).toBe(500);
    expect(error?.data.code).toBe('internal_error');
    const requestId = headers.get('x-request-id') ?? '';
    expect(error?.data.requestId).toBe(requestId);
    expect(text).not.toMatch(/select|insert|column|first_name|\.ts|stack|node_modules|exception/i);
    const logged = broken.logLines.filter((line) => line.includes(requestId));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('call_failed');
    expect(logged[0]).toContain('first_name');
    expect(logged[0]).not.toContain('a password to keep');
    expect(logged[0]).not.toMatch(/\$2[aby]\$/);
  });

  test('keeps the digest of a key out of the log', async () => {
    await using broken = await startTestApi();
    await broken.domain.db.query('alter table keys rename column created_by to broken');
    const { status } = await callApi(
      broken,
      'keys.create',
      { name: 'x' },
      {
        token: broken.tokens.customer,
      },
    );
    expect(status).toBe(500);
    expect(broken.logLines.join('')).not.toMatch(/[\w-]{43}/);
  });

  test('logs nothing for what callers did wrong', async () => {
    const before = api.logLines.length;
    await callApi(api, 'users.create', { email: 7 }, { token: api.tokens.admin });
    await callApi(api, 'users.get', { user: 'nobody' }, { isQuery: true, token: api.tokens.admin });
    await fetch(`${api.url}/nothing`);
    expect(api.logLines.slice(before)).toEqual([]);
  });
});

test('asvs-v5.0.0-16.5.2 asvs-v5.0.0-16.5.3 says that it is not ready while the database is away, and is alive all the same', async () => {
  await using stack = new AsyncDisposableStack();
  const relay = await openRelay(api.domain.url);
  const orm = await openOrm(relay.url);
  stack.defer(async () => {
    await orm.close(true);
    await relay.cut();
  });
  // It reads and writes the first one's database, hence the first one's tokens.
  const far = stack.use(await startTestApi({ orm }));
  const users = (token: string) => callApi(far, 'users.list', {}, { isQuery: true, token });
  const { admin, service } = api.tokens;
  expect((await fetch(`${far.url}/readyz`)).status).toBe(200);
  expect((await users(admin)).status).toBe(200);

  await relay.cut();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const ready = await fetch(`${far.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not_ready', reasons: ['database_away'] },
    ]);
    for (const token of [admin, service]) {
      const { status, error } = await users(token);
      expect([status, error?.data.code]).toEqual([503, 'not_ready']);
    }
  }
  expect((await fetch(`${far.url}/healthz`)).status).toBe(200);

  await relay.mend();
  expect((await users(admin)).status).toBe(200);
  expect((await fetch(`${far.url}/readyz`)).status).toBe(200);
});
