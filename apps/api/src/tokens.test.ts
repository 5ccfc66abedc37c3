import { randomBytes } from 'node:crypto';
import { errorData } from '@apigate/contract';
import { newDeviceToken, newId, type User } from '@apigate/domain';
import {
  buildKey,
  buildLink,
  buildServiceKey,
  buildUser,
  testSecrets,
} from '@apigate/domain/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  encoded,
  goodParts,
  startSessionOf,
  writeToken,
  type TokenParts,
} from './testing/access-tokens.ts';
import { callApi } from './testing/call-api.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const sameOrigin = { 'sec-fetch-site': 'same-origin' };
const goodPassword = 'harbour quilt juniper walnut';

const me = (token: string, to: TestApi = api) =>
  callApi(to, 'auth.me', undefined, { isQuery: true, token });

const meByCookie = (cookie: string, to: TestApi = api) =>
  callApi(to, 'auth.me', undefined, { isQuery: true, headers: { cookie, ...sameOrigin } });

const refresh = (refreshToken: string) => callApi(api, 'auth.refresh', { refreshToken });

const field = (data: unknown, name: string) => String(Reflect.get(Object(data), name));

const newUser = (role: User['role'] = 'customer') =>
  buildUser(api.domain, { plan: api.users.admin.plan.id, role, password: testPassword });

/** Somebody who is signed in, with an admin's session beside it for forgers to dream of. */
async function signedIn(role: User['role'] = 'customer') {
  const user = await newUser(role);
  return { user, ...(await startSessionOf(api.domain, user)) };
}

type SignedIn = Awaited<ReturnType<typeof signedIn>>;

/** A good token with some of its parts changed, and signed again. */
const changed =
  (changes: {
    header?: Record<string, unknown>;
    payload?: Record<string, unknown>;
    secret?: TokenParts['secret'];
    hash?: TokenParts['hash'];
  }) =>
  ({ user, sessionId }: SignedIn): string => {
    const good = goodParts(user, sessionId);
    return writeToken({
      ...good,
      ...changes,
      header: { ...good.header, ...changes.header },
      payload: { ...good.payload, ...changes.payload },
    });
  };

/** A good token without its signature, under another header. */
const unsigned =
  (alg: unknown, signature: (good: string) => string = () => '') =>
  ({ user, sessionId, accessToken }: SignedIn): string => {
    const { payload } = goodParts(user, sessionId);
    return `${encoded({ alg, typ: 'at+jwt' })}.${encoded(payload)}.${signature(accessToken.split('.')[2] ?? '')}`;
  };

/** A good token whose text is changed afterwards. */
const mangled =
  (change: (header: string, payload: string, signature: string) => string) =>
  ({ accessToken }: SignedIn): string => {
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    return change(header, payload, signature);
  };

const flipped = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

const nowSeconds = () => Math.floor(Date.now() / 1000);
const sha512 = { header: { alg: 'HS512' }, hash: 'sha512' } as const;
const sha384 = { header: { alg: 'HS384' }, hash: 'sha384' } as const;

const forgeries: Record<string, (victim: SignedIn) => string | Promise<string>> = {
  'unsigned, none': unsigned('none'),
  'unsigned, None': unsigned('None'),
  'unsigned, NONE': unsigned('NONE'),
  'unsigned, nOnE': unsigned('nOnE'),
  'unsigned, none with a space': unsigned('none '),
  'unsigned, empty algorithm': unsigned(''),
  'unsigned, no algorithm': unsigned(undefined),
  'unsigned, null for an algorithm': unsigned(null),
  'unsigned, a list of algorithms': unsigned(['none', 'HS256']),
  'unsigned, a number for an algorithm': unsigned(0),
  'unsigned, with a good signature kept': unsigned('none', (good) => good),
  'HS256 without a signature': unsigned('HS256'),
  'HS384 with our secret': changed(sha384),
  'HS512 with our secret': changed(sha512),
  'HS512 told, HS256 made': changed({ header: { alg: 'HS512' } }),
  'HS256 told, HS512 made': changed({ hash: 'sha512' }),
  'hs256 in small letters': changed({ header: { alg: 'hs256' } }),
  RS256: changed({ header: { alg: 'RS256' } }),
  ES256: changed({ header: { alg: 'ES256' } }),
  PS256: changed({ header: { alg: 'PS256' } }),
  EdDSA: changed({ header: { alg: 'EdDSA' } }),
  dir: changed({ header: { alg: 'dir', enc: 'A256GCM' } }),
  'a wrong secret': changed({
    secret: 'a signing secret of more than 32 characters, but not ours',
  }),
  'an empty secret': changed({ secret: '' }),
  'the word secret': changed({ secret: 'secret' }),
  'a secret of NULs': changed({ secret: Buffer.alloc(32) }),
  'the pepper for a secret': changed({ secret: testSecrets.keyPepper }),
  'the encryption key for a secret': changed({ secret: testSecrets.encryptionKey }),
  'the secret as base64': changed({
    secret: Buffer.from(testSecrets.jwtSecrets[0] ?? '').toString('base64'),
  }),
  'another audience': changed({ payload: { aud: 'apigate-proxy' } }),
  'no audience': changed({ payload: { aud: undefined } }),
  'an empty list of audiences': changed({ payload: { aud: [] } }),
  'an audience that begins like ours': changed({ payload: { aud: 'apigate-control-plane-2' } }),
  'another issuer': changed({ payload: { iss: 'https://evil.example' } }),
  'no issuer': changed({ payload: { iss: undefined } }),
  'an issuer in capitals': changed({ payload: { iss: 'APIGATE' } }),
  'another type': changed({ header: { typ: 'JWT' } }),
  'no type': changed({ header: { typ: undefined } }),
  'the type of a refresh token': changed({ header: { typ: 'rt+jwt' } }),
  'no subject': changed({ payload: { sub: undefined } }),
  'an empty subject': changed({ payload: { sub: '' } }),
  'a number for a subject': changed({ payload: { sub: 7 } }),
  'the admin for a subject': (victim) => changed({ payload: { sub: api.users.admin.id } })(victim),
  'no session': changed({ payload: { sid: undefined } }),
  'a session that never was': changed({ payload: { sid: newId() } }),
  'SQL for a session': changed({ payload: { sid: `' or '1'='1` } }),
  'the session of the admin': async (victim) => {
    const { sessionId } = await startSessionOf(api.domain, api.users.admin);
    return changed({ payload: { sid: sessionId } })(victim);
  },
  'no epoch': changed({ payload: { epoch: undefined } }),
  'text for an epoch': changed({ payload: { epoch: '0' } }),
  'the epoch before': changed({ payload: { epoch: -1 } }),
  'the epoch to come': changed({ payload: { epoch: 1 } }),
  'no end': changed({ payload: { exp: undefined } }),
  'an end in the past': changed({ payload: { exp: nowSeconds() - 1 } }),
  'an end at the epoch': changed({ payload: { exp: 0 } }),
  'text for an end': changed({ payload: { exp: '9999999999' } }),
  'a beginning in the future': changed({ payload: { nbf: nowSeconds() + 600 } }),
  'text for a beginning': changed({ payload: { nbf: 'now' } }),
  'text for the time of issue': changed({ payload: { iat: 'now' } }),
  'a kid that is a path to an empty file': changed({
    header: { kid: '../../../../dev/null' },
    secret: '',
  }),
  'a kid that is SQL': changed({ header: { kid: `x' union select 'known` }, secret: 'known' }),
  'a key that it brings along': changed({
    header: { jwk: { kty: 'oct', k: encoded('known'), alg: 'HS256' } },
    secret: 'known',
  }),
  'an address of keys': changed({
    header: { jku: 'https://evil.example/jwks.json', kid: '1' },
    secret: 'known',
  }),
  'an address of a certificate': changed({
    header: { x5u: 'https://evil.example/x.pem' },
    secret: 'known',
  }),
  'a certificate': changed({ header: { x5c: ['MIIB'] }, secret: 'known' }),
  'a critical header that nobody knows': changed({ header: { crit: ['apigate'], apigate: 1 } }),
  'a payload that is not encoded': changed({ header: { crit: ['b64'], b64: false } }),
  'a signature cut short': mangled((h, p, s) => `${h}.${p}.${s.slice(0, -2)}`),
  'a signature of one byte': mangled((h, p) => `${h}.${p}.AA`),
  'a flipped signature': mangled((h, p, s) => `${h}.${p}.${flipped(s, 10)}`),
  'a flipped payload': mangled((h, p, s) => `${h}.${flipped(p, 20)}.${s}`),
  'two parts': mangled((h, p) => `${h}.${p}`),
  'four parts': mangled((h, p, s) => `${h}.${p}.${s}.${s}`),
  'five parts': mangled((h, p, s) => `${h}.${p}.${s}.${p}.${s}`),
  'a payload twice': mangled((h, p, s) => `${h}.${p}${p}.${s}`),
  'a dot at the end': mangled((h, p, s) => `${h}.${p}.${s}.`),
  'text before it': mangled((h, p, s) => `x${h}.${p}.${s}`),
  'itself twice, with a comma': mangled((h, p, s) => `${h}.${p}.${s},${h}.${p}.${s}`),
  'a payload that is a list': ({ accessToken }) => {
    const [header = '', , signature = ''] = accessToken.split('.');
    return `${header}.${encoded('[]')}.${signature}`;
  },
  'very many letters': mangled((h, p, s) => `${h}.${p}${'A'.repeat(6000)}.${s}`),
  'only dots': () => '...',
  'a refresh token': ({ refreshToken }) => refreshToken,
  'half a refresh token': ({ sessionId }) => sessionId,
  'a device token': ({ user }) => newDeviceToken(testSecrets, user.email),
  'the token of a mailed link': ({ user }) => buildLink(api.domain, 'reset_password', user),
  'a key for the proxy': async ({ user }) => (await buildKey(api.domain, { user: user.id })).secret,
  'a service key that was revoked': async () =>
    (await buildServiceKey(api.domain, ['admin'], { revokedAt: new Date() })).secret,
  'a service key that has expired': async () =>
    (await buildServiceKey(api.domain, ['admin'], { expiresAt: new Date(Date.now() - 1) })).secret,
  'a service key with a letter changed': async () =>
    flipped((await buildServiceKey(api.domain, ['admin'])).secret, 10),
};

test('a good token is believed, so that what follows is refused for its fault alone', async () => {
  const { accessToken, user, sessionId } = await signedIn();
  expect((await me(accessToken)).status).toBe(200);
  expect((await me(changed({})({ user, sessionId, accessToken, refreshToken: '' }))).status).toBe(
    200,
  );
  expect((await meByCookie(`apigate_access=${accessToken}`)).status).toBe(200);
  expect(Object.keys(forgeries).length).toBeGreaterThanOrEqual(60);
});

describe('asvs-v5.0.0-9.1.1 asvs-v5.0.0-9.1.2 asvs-v5.0.0-9.1.3 asvs-v5.0.0-9.2.1 asvs-v5.0.0-9.2.2 asvs-v5.0.0-9.2.3 asvs-v5.0.0-9.2.4 a forged access token is refused', () => {
  test.each(Object.keys(forgeries))('%s', async (name) => {
    const victim = await signedIn();
    const token = (await forgeries[name]?.(victim)) ?? '';
    for (const answer of [await me(token), await meByCookie(`apigate_access=${token}`)]) {
      expect(answer.status, token).toBe(401);
      expect(errorData.parse(answer.error?.data).code).toBe('unauthenticated');
    }
    // Nor does it do anything, and the session that it was made from is none the worse.
    const out = await callApi(api, 'sessions.endOthers', undefined, { token });
    expect(out.status).toBe(401);
    expect((await me(victim.accessToken)).status).toBe(200);
  });
});

describe('a token is over', () => {
  const asAdmin = (name: string, input: unknown) =>
    callApi(api, name, input, { token: api.tokens.admin });

  /** What ends sessions, done to a user who is signed in twice; the second session is the one that is looked at. */
  const ends: Record<string, (user: User, own: SignedIn) => Promise<{ status: number }>> = {
    'asvs-v5.0.0-7.4.1 after signing out': (_, { accessToken }) =>
      callApi(api, 'auth.signOut', {}, { token: accessToken }),
    'after signing out by the refresh token': (_, { refreshToken }) =>
      callApi(api, 'auth.signOut', { refreshToken }),
    'asvs-v5.0.0-7.4.3 after a change of the password elsewhere': async (user) => {
      const { accessToken: token } = await startSessionOf(api.domain, user);
      const input = { currentPassword: testPassword, newPassword: goodPassword };
      return callApi(api, 'security.changePassword', input, { token });
    },
    'after a reset of the password': async (user) => {
      const token = await buildLink(api.domain, 'reset_password', user);
      return callApi(api, 'auth.resetPassword', { token, password: goodPassword });
    },
    'after an admin set the password': (user) =>
      asAdmin('users.setPassword', { user: user.id, password: goodPassword }),
    'asvs-v5.0.0-7.4.2 after suspension': (user) => asAdmin('users.suspend', { user: user.id }),
    'asvs-v5.0.0-7.4.2 after deletion': (user) => asAdmin('users.delete', { user: user.id }),
    'asvs-v5.0.0-7.4.5 after an admin ended the session': (_, { sessionId }) =>
      asAdmin('sessions.end', { session: sessionId }),
    'after another session ended all others': async (user) => {
      const { accessToken: token } = await startSessionOf(api.domain, user);
      return callApi(api, 'sessions.endOthers', undefined, { token });
    },
    'after the user is gone from the database': async (user) => {
      await api.domain.db.query('delete from users where id = $1', [user.id]);
      return { status: 200 };
    },
    'after the session is gone from the database': async (_, { sessionId }) => {
      await api.domain.db.query('delete from sessions where id = $1', [sessionId]);
      return { status: 200 };
    },
    'after the time of the session': async (_, { sessionId }) => {
      await api.domain.db.query('update sessions set expires_at = now() where id = $1', [
        sessionId,
      ]);
      return { status: 200 };
    },
  };

  test.each(Object.keys(ends))('%s', async (name) => {
    const own = await signedIn();
    expect((await me(own.accessToken)).status).toBe(200);
    const done = await ends[name]?.(own.user, own);
    expect(done?.status).toBe(200);
    expect((await me(own.accessToken)).status).toBe(401);
    expect((await meByCookie(`apigate_access=${own.accessToken}`)).status).toBe(401);
    expect((await refresh(own.refreshToken)).error?.data.code).toBe('invalid_refresh_token');
  });

  test('asvs-v5.0.0-8.3.2 after a change of the role, at once; the session goes on in the new one', async () => {
    const own = await signedIn('admin');
    const users = (token: string) => callApi(api, 'users.list', {}, { isQuery: true, token });
    expect((await users(own.accessToken)).status).toBe(200);
    const { status } = await asAdmin('users.update', { user: own.user.id, role: 'customer' });
    expect(status).toBe(200);
    expect((await users(own.accessToken)).status).toBe(401);
    const next = await refresh(own.refreshToken);
    expect((await users(field(next.data, 'accessToken'))).status).toBe(403);
  });

  test('when an admin has to set up a second factor first, for all but that', async () => {
    const own = await signedIn('admin');
    const set = (value: boolean) =>
      callApi(
        api,
        'settings.set',
        { name: 'auth.require_2fa_for_admins', value },
        {
          token: api.tokens.service,
        },
      );
    await set(true);
    const users = await callApi(api, 'users.list', {}, { isQuery: true, token: own.accessToken });
    expect([users.status, users.error?.data.code]).toEqual([
      403,
      'second_factor_enrolment_required',
    ]);
    expect((await me(own.accessToken)).status).toBe(200);
    await set(false);
  });
});

describe('asvs-v5.0.0-7.2.4 refreshing', () => {
  test('twenty at once end in one family, and nobody is signed out', async () => {
    await api.domain.openConnections();
    const own = await signedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(own.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const next = new Set(answers.map(({ data }) => field(data, 'refreshToken')));
    expect(next.size).toBe(1);
    const { rows } = await api.domain.db.query('select id from sessions where user_id = $1', [
      own.user.id,
    ]);
    expect(rows).toEqual([{ id: own.sessionId }]);
    for (const { data } of answers) expect((await me(field(data, 'accessToken'))).status).toBe(200);
    expect((await refresh([...next][0] ?? '')).status).toBe(200);
  });

  test('a replayed token ends the whole family, the thief’s part and the owner’s', async () => {
    const own = await signedIn();
    const second = field((await refresh(own.refreshToken)).data, 'refreshToken');
    const third = await refresh(second);
    const replayed = await refresh(own.refreshToken);
    expect([replayed.status, replayed.error?.data.code]).toEqual([401, 'invalid_refresh_token']);
    expect((await refresh(field(third.data, 'refreshToken'))).status).toBe(401);
    expect((await me(field(third.data, 'accessToken'))).status).toBe(401);
    const { rows } = await api.domain.db.query(
      `select action from audit_events where target_id = $1 and action = 'auth.refresh_reused'`,
      [own.user.id],
    );
    expect(rows).toHaveLength(1);
  });

  test.each<[string, (own: SignedIn) => string]>([
    ['an access token', ({ accessToken }) => accessToken.slice(0, 256)],
    ['a token of another session', ({ refreshToken }) => `${newId()}${refreshToken.slice(36)}`],
    ['a token cut short', ({ refreshToken }) => refreshToken.slice(0, -1)],
    [
      'one that is made up for this session',
      ({ sessionId }) => `${sessionId}.${randomBytes(32).toString('base64url')}`,
    ],
    [
      'one that is made up, with the seal of another',
      ({ refreshToken, sessionId }) =>
        `${sessionId}.${randomBytes(32).toString('base64url')}.${refreshToken.split('.')[2]}`,
    ],
    ['a session id alone', ({ sessionId }) => sessionId],
    ['SQL', () => `' or 1=1 --.${'x'.repeat(43)}`],
  ])('takes %s for nothing, and ends nothing', async (_, forge) => {
    const own = await signedIn();
    const { status, error } = await refresh(forge(own));
    expect([status, error?.data.code]).toEqual([401, 'invalid_refresh_token']);
    expect((await me(own.accessToken)).status).toBe(200);
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });
});

test('a refresh token with a letter changed is taken for a stale one', async () => {
  for (const last of ['\0', 'é', '-']) {
    const own = await signedIn();
    const { status, error } = await refresh(`${own.refreshToken.slice(0, -1)}${last}`);
    expect([status, error?.data.code]).toEqual([401, 'invalid_refresh_token']);
  }
});

describe('a cookie', () => {
  test.each<[string, (own: SignedIn) => string]>([
    ['with the refresh token for an access token', (own) => `apigate_access=${own.refreshToken}`],
    ['under the name of the other', (own) => `apigate_refresh=${own.accessToken}`],
    ['in quotes', (own) => `apigate_access="${own.accessToken}"`],
    ['escaped', (own) => `apigate_access=${encodeURIComponent(`${own.accessToken} `)}`],
    ['with its name in capitals', (own) => `APIGATE_ACCESS=${own.accessToken}`],
    ['with the prefix that http has not', (own) => `__Host-apigate_access=${own.accessToken}`],
    ['after a planted one', (own) => `apigate_access=x; apigate_access=${own.accessToken}`],
    [
      'with a session as plain JSON',
      () => `apigate_session=${encoded({ userId: api.users.admin.id, role: 'admin' })}`,
    ],
  ])('%s is nobody’s', async (_, cookie) => {
    expect((await meByCookie(cookie(await signedIn()))).status).toBe(401);
  });

  test('asvs-v5.0.0-3.3.1 without the __Host- prefix is nobody’s where we are public by https', async () => {
    await using secure = await startTestApi({ publicUrl: 'https://gate.example.com' });
    const { accessToken } = await startSessionOf(secure.domain, secure.users.customer);
    expect((await meByCookie(`apigate_access=${accessToken}`, secure)).status).toBe(401);
    expect((await meByCookie(`__Secure-apigate_access=${accessToken}`, secure)).status).toBe(401);
    expect((await meByCookie(`__Host-apigate_access=${accessToken}`, secure)).status).toBe(200);
    const byHttp = await callApi(secure, 'auth.me', undefined, {
      isQuery: true,
      headers: {
        cookie: `__Host-apigate_access=${accessToken}`,
        origin: 'http://gate.example.com',
      },
    });
    expect(byHttp.status).toBe(403);
  });

  test('of a device of another account, or an altered one, opens nothing while guesses are held back', async () => {
    const [mine, other] = [await newUser(), await newUser()];
    const guess = (password: string, device: string) =>
      callApi(
        api,
        'auth.signIn',
        { email: mine.email, password },
        {
          headers: { cookie: `apigate_device=${device}` },
        },
      );
    for (let at = 0; at < 6; at += 1) await guess('wrong', '');
    const own = newDeviceToken(testSecrets, mine.email);
    for (const device of [
      newDeviceToken(testSecrets, other.email),
      newDeviceToken({ ...testSecrets, jwtSecrets: [Buffer.from('not ours')] }, mine.email),
      flipped(own, 2),
      flipped(own, 50),
      own.slice(0, -1),
      `${own}x`,
      'x',
    ]) {
      expect((await guess(testPassword, device)).status, device).toBe(401);
    }
    expect((await guess(testPassword, own)).status).toBe(200);
  });
});

test('a secret that was replaced is good while it is listed, and not afterwards', async () => {
  const own = await signedIn();
  const next = Buffer.from('the secret that took over, long enough as well');
  const serving = (jwtSecrets: Uint8Array[]) =>
    startTestApi({ orm: api.deps.orm, secrets: { ...testSecrets, jwtSecrets } });
  await using rotating = await serving([next, ...testSecrets.jwtSecrets]);
  expect((await me(own.accessToken, rotating)).status).toBe(200);
  const renewed = await callApi(rotating, 'auth.refresh', { refreshToken: own.refreshToken });
  const token = field(renewed.data, 'accessToken');
  await using rotated = await serving([next]);
  expect((await me(own.accessToken, rotated)).status).toBe(401);
  expect((await me(token, rotated)).status).toBe(200);
  expect((await me(token)).status).toBe(401);
});
