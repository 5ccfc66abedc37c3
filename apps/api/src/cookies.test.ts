import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callApi } from './testing/call-api.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const sameOrigin = { 'sec-fetch-site': 'same-origin' };

function signIn(to: TestApi = api, headers: Record<string, string> = sameOrigin) {
  const input = { email: to.users.customer.email, password: testPassword, cookies: true };
  return callApi(to, 'auth.signIn', input, { headers });
}

/** What a browser sends back of the cookies that it was given. */
function cookieHeader(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

function attributes(headers: Headers): Record<string, string[]> {
  return Object.fromEntries(
    headers.getSetCookie().map((cookie) => {
      const [pair = '', ...rest] = cookie.split('; ');
      const names = rest.filter((part) => !/^(?:Expires|Max-Age)=/.test(part));
      return [pair.split('=', 1)[0], names.toSorted()];
    }),
  );
}

describe('signing in from a browser', () => {
  test('asvs-v5.0.0-3.3.2 asvs-v5.0.0-3.3.4 puts both tokens where no script can read them, and into the answer none', async () => {
    const { status, data, headers } = await signIn();
    expect(status).toBe(200);
    expect(data).toMatchObject({ accessToken: null, refreshToken: null });
    expect(attributes(headers)).toEqual({
      apigate_access: ['HttpOnly', 'Path=/', 'SameSite=Lax'],
      apigate_device: ['HttpOnly', 'Path=/', 'SameSite=Lax'],
      apigate_refresh: ['HttpOnly', 'Path=/', 'SameSite=Lax'],
    });
  });

  test('asvs-v5.0.0-3.3.3 binds the cookies to the host and to https where we are public there', async () => {
    await using secure = await startTestApi({ publicUrl: 'https://gate.example.com' });
    const { headers } = await signIn(secure);
    expect(attributes(headers)).toEqual({
      '__Host-apigate_access': ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'],
      '__Host-apigate_device': ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'],
      '__Host-apigate_refresh': ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'],
    });
    const me = await callApi(secure, 'auth.me', undefined, {
      isQuery: true,
      headers: { cookie: cookieHeader(headers), origin: 'https://gate.example.com' },
    });
    expect(me.status).toBe(200);
    // Without the prefix anybody on a sibling host could have set it.
    const planted = cookieHeader(headers).replaceAll('__Host-', '');
    const refused = await callApi(secure, 'auth.me', undefined, {
      isQuery: true,
      headers: { cookie: planted, ...sameOrigin },
    });
    expect(refused.status).toBe(401);
  });

  test('is refused to pages of others', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      {},
    ]) {
      const { status, error, headers: answered } = await signIn(api, headers);
      expect([status, error?.data.code]).toEqual([403, 'cross_site_request']);
      expect(answered.getSetCookie()).toEqual([]);
    }
  });
});

describe('a request by cookie', () => {
  const me = async (headers: Record<string, string>) => {
    const { headers: given } = await signIn();
    return callApi(api, 'auth.me', undefined, {
      isQuery: true,
      headers: { cookie: cookieHeader(given), ...headers },
    });
  };

  test.each<[string, () => Record<string, string>]>([
    ['says that it is from the same origin', () => sameOrigin],
    ['names our origin', () => ({ origin: api.url })],
    ['names the host that it reached', () => ({ origin: api.url.replace('http:', 'https:') })],
  ])('is accepted when it %s', async (_, headers) => {
    expect((await me(headers())).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ['nothing of its origin', {}],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling of our site', { 'sec-fetch-site': 'same-site' }],
    ['that a user typed it', { 'sec-fetch-site': 'none' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: 'null' }],
    ['our origin in part', { origin: 'http://127.0.0.1.evil.example' }],
    ['ours in Origin, but another site', { 'sec-fetch-site': 'cross-site', origin: 'http://x' }],
  ])('is refused when it tells %s', async (_, headers) => {
    const { status, error } = await me(headers);
    expect([status, error?.data.code]).toEqual([403, 'cross_site_request']);
  });

  test('counts less than a bearer token beside it', async () => {
    const { headers } = await signIn();
    const { status, data } = await callApi(api, 'auth.me', undefined, {
      isQuery: true,
      token: api.tokens.admin,
      headers: { cookie: cookieHeader(headers), 'sec-fetch-site': 'cross-site' },
    });
    expect(status).toBe(200);
    expect(data).toHaveProperty('user.role', 'admin');
  });

  test.each(['apigate_access=%E0%A4%A', 'apigate_access=', 'apigate_access', 'x', '=', ';;;'])(
    'with the cookie %s is nobody’s',
    async (cookie) => {
      const { status } = await callApi(api, 'auth.me', undefined, {
        isQuery: true,
        headers: { cookie, ...sameOrigin },
      });
      expect(status).toBe(401);
    },
  );
});

describe('refreshing and signing out by cookie', () => {
  test('gives new cookies, and takes them away again', async () => {
    const { headers: first } = await signIn();
    const refreshed = await callApi(
      api,
      'auth.refresh',
      {},
      {
        headers: { cookie: cookieHeader(first), ...sameOrigin },
      },
    );
    expect(refreshed.status).toBe(200);
    expect(refreshed.data).toMatchObject({ accessToken: null, refreshToken: null });
    const second = cookieHeader(refreshed.headers);
    expect(second).not.toBe(cookieHeader(first));

    const out = await callApi(
      api,
      'auth.signOut',
      {},
      { headers: { cookie: second, ...sameOrigin } },
    );
    expect(out.status).toBe(200);
    expect(
      out.headers.getSetCookie().every((cookie) => cookie.includes('Expires=Thu, 01 Jan 1970')),
    ).toBe(true);
    const after = await callApi(
      api,
      'auth.refresh',
      {},
      {
        headers: { cookie: second, ...sameOrigin },
      },
    );
    expect([after.status, after.error?.data.code]).toEqual([401, 'invalid_refresh_token']);
  });

  test('is refused to pages of others, who cannot sign anybody out either', async () => {
    const { headers } = await signIn();
    const cookie = cookieHeader(headers);
    const onlyRefresh = cookie.split('; ').find((pair) => pair.startsWith('apigate_refresh')) ?? '';
    for (const name of ['auth.refresh', 'auth.signOut']) {
      for (const sent of [cookie, onlyRefresh]) {
        const { status } = await callApi(
          api,
          name,
          {},
          {
            headers: { cookie: sent, 'sec-fetch-site': 'cross-site' },
          },
        );
        expect(status, name).toBe(403);
      }
    }
    const { status } = await callApi(
      api,
      'auth.refresh',
      {},
      { headers: { cookie, ...sameOrigin } },
    );
    expect(status).toBe(200);
  });

  test('without any token is refused', async () => {
    const { status, error } = await callApi(api, 'auth.refresh', {});
    expect([status, error?.data.code]).toEqual([401, 'invalid_refresh_token']);
  });
});
