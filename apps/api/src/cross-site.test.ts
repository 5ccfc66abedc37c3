import { problem } from '@apigate/contract';
import { buildInvite, buildLink, buildUser } from '@apigate/domain/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSessionOf } from './testing/access-tokens.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

let api: TestApi;
/** What the browser of a signed-in admin sends along. */
let cookie: string;
beforeAll(async () => {
  api = await startTestApi();
  const { accessToken, refreshToken } = await startSessionOf(api.domain, api.users.admin);
  cookie = `apigate_access=${accessToken}; apigate_refresh=${refreshToken}`;
});
afterAll(() => api[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };

/** How requests that no page of ours made look to us. */
const foreign: Record<string, Record<string, string>> = {
  'Sec-Fetch-Site: cross-site': { 'sec-fetch-site': 'cross-site' },
  'Sec-Fetch-Site: same-site': { 'sec-fetch-site': 'same-site' },
  'Sec-Fetch-Site: none': { 'sec-fetch-site': 'none' },
  'an unknown Sec-Fetch-Site': { 'sec-fetch-site': 'Same-Origin' },
  'a foreign Origin': { origin: 'https://evil.example' },
  'the Origin null': { origin: 'null' },
  'an Origin that is no origin': { origin: 'evil' },
  neither: {},
  'cross-site with our own Origin': { 'sec-fetch-site': 'cross-site', origin: 'OURS' },
};

async function state(): Promise<string> {
  const tables = ['users', 'sessions', 'keys', 'plans', 'settings', 'one_time_tokens', 'invites'];
  const parts = tables.map(
    (name) => `(select md5(string_agg(t::text, ' ' order by t::text)) from ${name} t)`,
  );
  const { rows } = await api.domain.db.query<{ all: string }>(
    `select concat_ws(' ', ${parts.join(', ')}) as all`,
  );
  return rows[0]?.all ?? '';
}

/** Sends something with the admin's cookies, and expects that it changes nothing and hands out nothing. */
async function expectNothing(path: string, init: RequestInit): Promise<Response> {
  const before = await state();
  const response = await fetch(`${api.url}${path}`, {
    ...init,
    headers: { cookie, ...Object.fromEntries(new Headers(init.headers)) },
  });
  expect(await state(), path).toBe(before);
  const planted = response.headers.getSetCookie().filter((set) => !set.includes('=;'));
  expect(planted).toEqual([]);
  return response;
}

function headersOf(name: string): Record<string, string> {
  const { origin, ...rest } = foreign[name] ?? {};
  if (origin === undefined) return rest;
  return { ...rest, origin: origin === 'OURS' ? api.url : origin };
}

const call = (input: unknown) => JSON.stringify({ json: input });

describe.each(Object.keys(foreign))('asvs-v5.0.0-3.5.1 with %s', (name) => {
  test('a call by cookie changes nothing', async () => {
    const headers = { ...json, ...headersOf(name) };
    const victim = api.users.customer.id;
    const calls: [string, unknown][] = [
      ['users.suspend', { user: victim }],
      ['users.delete', { user: victim }],
      ['users.update', { user: victim, role: 'admin' }],
      ['keys.create', { name: 'x' }],
      ['settings.set', { name: 'auth.registration_open', value: false }],
      ['security.changePassword', { currentPassword: testPassword, newPassword: 'x' }],
      ['security.changeEmail', { currentPassword: testPassword, newEmail: 'evil@example.com' }],
      ['sessions.endOthers', undefined],
      ['auth.signOut', {}],
      ['auth.refresh', {}],
    ];
    for (const [procedure, input] of calls) {
      const response = await expectNothing(`/trpc/${procedure}`, {
        method: 'POST',
        headers,
        body: call(input),
      });
      expect(response.status, procedure).toBe(403);
    }
    const batch = JSON.stringify({ 0: { json: { user: victim } }, 1: { json: { name: 'x' } } });
    const batched = await expectNothing('/trpc/users.suspend,keys.create?batch=1', {
      method: 'POST',
      headers,
      body: batch,
    });
    expect(batched.status).toBe(403);
    for (const path of ['/auth/refresh', '/auth/logout']) {
      const response = await expectNothing(path, { method: 'POST', headers, body: '{}' });
      expect(response.status, path).toBe(403);
      expect(problem.parse(await response.json()).code).toBe('cross_site_request');
    }
  });

  test('nobody is signed in by cookie, and nothing is used up for it', async () => {
    const headers = { ...json, ...headersOf(name), cookie: '' };
    const { email } = api.users.customer;
    const { token } = await buildInvite(api.domain);
    const password = 'harbour quilt juniper walnut';
    const calls: [string, object][] = [
      ['auth.signIn', { email, password: testPassword }],
      ['auth.register', { email: 'planted@example.com', password }],
      ['invites.accept', { token, password }],
      ['setup.complete', { token: 'x', email: 'first@example.com', password }],
    ];
    for (const [procedure, input] of calls) {
      const response = await expectNothing(`/trpc/${procedure}`, {
        method: 'POST',
        headers,
        body: call({ ...input, cookies: true }),
      });
      expect(response.status, procedure).toBe(403);
    }
    for (const [path, body] of [
      ['/auth/login', { email, password: testPassword, cookies: true }],
      ['/auth/register', { email: 'planted@example.com', password, cookies: true }],
    ] as const) {
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      expect((await expectNothing(path, init)).status, path).toBe(403);
    }
  });
});

const sameOrigin = { 'sec-fetch-site': 'same-origin' };

describe('asvs-v5.0.0-3.5.2 what a page can send without asking', () => {
  const simple: [string, string][] = [
    [
      'application/x-www-form-urlencoded',
      'json={"user":"customer@example.com"}&user=customer@example.com',
    ],
    ['text/plain', '{"json":{"user":"customer@example.com"}}'],
    ['text/plain;application/json', '{"json":{"user":"customer@example.com"}}'],
    ['text/plain; charset=application/json', '{"json":{"user":"customer@example.com"}}'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="user"\r\n\r\ncustomer@example.com\r\n--x--\r\n',
    ],
    ['application/octet-stream', '{"json":{"user":"customer@example.com"}}'],
  ];

  test.each(simple)('%s changes nothing, even from a page of ours', async (type, body) => {
    const init = { method: 'POST', headers: { ...sameOrigin, 'content-type': type }, body };
    for (const path of [
      'users.suspend',
      'users.delete',
      'keys.create',
      'auth.signOut',
      'sessions.endOthers',
    ]) {
      // tRPC takes a form for itself when the procedure wants none; ours all want an object, or nothing at all.
      const response = await expectNothing(`/trpc/${path}`, init);
      expect(response.status, path).toBe(415);
    }
    for (const path of [
      'login',
      'logout',
      'refresh',
      'register',
      'forgot-password',
      'reset-password',
      'verify-email',
    ]) {
      const response = await expectNothing(`/auth/${path}`, init);
      expect(response.status, path).toBe(415);
      expect(problem.parse(await response.json()).code).toBe('unsupported_media_type');
    }
  });
});

describe('asvs-v5.0.0-3.5.3 asvs-v5.0.0-4.1.4 another method', () => {
  const user = () => encodeURIComponent(call({ user: api.users.customer.id }));

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s changes nothing',
    async (method) => {
      for (const path of [
        `/trpc/users.suspend?input=${user()}`,
        `/trpc/users.delete?input=${user()}`,
        `/trpc/users.delete,keys.create?batch=1&input=${user()}`,
        '/trpc/auth.signOut',
        '/auth/logout',
        '/auth/refresh',
        '/auth/login?email=customer@example.com',
        '/auth/verify-email?token=x',
      ]) {
        const response = await expectNothing(path, { method, headers: sameOrigin });
        // Asked so, Express names the methods of a path, and tRPC says that it is alive.
        const isAnswered = path.startsWith('/auth/') ? method === 'OPTIONS' : method === 'HEAD';
        if (!isAnswered) expect(response.status, path).toBeGreaterThanOrEqual(400);
      }
    },
  );

  test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'nor does GET with %s',
    async (header) => {
      for (const path of [`/trpc/users.suspend?input=${user()}`, '/auth/logout']) {
        const response = await expectNothing(path, {
          headers: { ...sameOrigin, [header]: 'POST' },
        });
        expect(response.status).toBeGreaterThanOrEqual(400);
      }
      const response = await expectNothing(`/auth/logout?_method=POST`, { headers: sameOrigin });
      expect(response.status).toBeGreaterThanOrEqual(400);
    },
  );

  test('a link in a mail is looked at by GET and used by POST alone', async () => {
    const owner = await buildUser(api.domain, { plan: api.users.admin.plan.id });
    const token = await buildLink(api.domain, 'reset_password', owner);
    for (const path of [
      `/auth/reset-password?token=${token}`,
      `/portal/verify-email?token=${token}`,
    ]) {
      const response = await expectNothing(path, {});
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });
});
