import { PasswordHasher } from '@apigate/domain';
import { buildUser, testSecrets } from '@apigate/domain/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callApi } from './testing/call-api.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

/** Counts the passwords that were really looked at. */
class CountingHasher extends PasswordHasher {
  verified = 0;

  override verify(...given: Parameters<PasswordHasher['verify']>): Promise<boolean> {
    this.verified += 1;
    return super.verify(...given);
  }
}

let api: TestApi;
const passwords = new CountingHasher({ cost: 4, pepper: testSecrets.keyPepper });
beforeAll(async () => {
  api = await startTestApi({ passwords, trustedProxies: ['127.0.0.1'] });
});
afterAll(() => api[Symbol.asyncDispose]());

interface Guess {
  email: string;
  password: string;
  ip?: string;
  device?: string;
}

/** Signs in over REST, as from an address behind a proxy that we trust. */
async function guess({ email, password, ip = '203.0.113.1', device }: Guess) {
  const response = await fetch(`${api.url}/auth/login`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': ip,
      'sec-fetch-site': 'same-origin',
      ...(device === undefined ? {} : { cookie: `apigate_device=${device}` }),
    },
    body: JSON.stringify({ email, password, cookies: device !== undefined }),
  });
  return { response, text: await response.text() };
}

/** What a guesser can tell answers apart by. */
function comparable({ response, text }: Awaited<ReturnType<typeof guess>>): unknown {
  const requestId = response.headers.get('x-request-id') ?? '';
  const headers = [...response.headers].filter(
    ([name]) => name !== 'x-request-id' && name !== 'date',
  );
  return [response.status, headers, text.replaceAll(requestId, '')];
}

async function known(overrides: Parameters<typeof buildUser>[1] = {}) {
  const plan = api.users.admin.plan.id;
  return buildUser(api.domain, { plan, password: testPassword, ...overrides });
}

/** Gives a browser of the user the cookie by which it is known afterwards. */
async function deviceOf(email: string): Promise<string> {
  const { response } = await guess({ email, password: testPassword, device: '' });
  const cookie = response.headers.getSetCookie().find((set) => set.startsWith('apigate_device='));
  return cookie?.split(';', 1)[0]?.slice('apigate_device='.length) ?? '';
}

describe('asvs-v5.0.0-6.3.8 signing in answers alike', () => {
  test('for unknown, wrong, held back, unverified, suspended and without a password', async () => {
    const held = await known();
    for (let at = 0; at < 6; at += 1) {
      await guess({ email: held.email, password: 'wrong', ip: '198.51.100.7' });
    }
    const wrong = { password: 'wrong', ip: '203.0.113.9' };
    const answers = {
      unknown: await guess({ email: 'nobody@example.com', ...wrong }),
      wrong: await guess({ email: (await known()).email, ...wrong }),
      unverified: await guess({ email: (await known({ status: 'pending' })).email, ...wrong }),
      suspended: await guess({ email: (await known({ status: 'suspended' })).email, ...wrong }),
      admin: await guess({ email: (await known({ role: 'admin' })).email, ...wrong }),
      withoutPassword: await guess({ email: (await buildUser(api.domain)).email, ...wrong }),
      held: await guess({ email: held.email, password: testPassword, ip: '198.51.100.8' }),
      heldAndWrong: await guess({ email: held.email, password: 'wrong', ip: '198.51.100.9' }),
    };
    expect(answers.unknown.response.status).toBe(401);
    for (const [kind, answer] of Object.entries(answers)) {
      expect(comparable(answer), kind).toEqual(comparable(answers.unknown));
    }
  });

  test.each(['forgot-password', 'trpc auth.forgotPassword', 'trpc auth.resendVerification'])(
    'so does %s',
    async (path) => {
      const emails = [
        'nobody@example.com',
        (await known()).email,
        (await known({ status: 'pending' })).email,
        (await known({ status: 'suspended' })).email,
      ];
      const answers = await Promise.all(
        emails.map(async (email) => {
          const [surface, name] = path.split(' ');
          if (surface === 'trpc') {
            const { status, text } = await callApi(api, name ?? '', { email });
            return [status, text];
          }
          const response = await fetch(`${api.url}/auth/${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ email }),
          });
          return [response.status, await response.text()];
        }),
      );
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    },
  );

  test('so does registering, where addresses are verified', async () => {
    const set = (value: boolean) =>
      callApi(
        api,
        'settings.set',
        { name: 'require_email_verification', value },
        {
          token: api.tokens.service,
        },
      );
    await set(true);
    const password = 'harbour quilt juniper walnut';
    const register = async (email: string) => {
      const response = await fetch(`${api.url}/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      return { response, text: await response.text() };
    };
    const fresh = comparable(await register('fresh@example.com'));
    expect(comparable(await register(api.users.customer.email))).toEqual(fresh);
    expect(comparable(await register(api.users.admin.email.toUpperCase()))).toEqual(fresh);
    await set(false);
  });
});

test('asvs-v5.0.0-6.1.1 asvs-v5.0.0-6.3.1 asvs-v5.0.0-2.4.1 of 2,000 guesses from 500 addresses at most 100 are looked at, and the owner signs in all the while', async () => {
  await api.domain.openConnections();
  const { email } = await known();
  const device = await deviceOf(email);
  const before = passwords.verified;
  let owner = 0;
  let sent = 0;
  const attack = async () => {
    while (sent < 2000) {
      sent += 1;
      const at = sent % 500;
      const ip = `10.${at >> 8}.${at & 255}.${1 + (sent % 250)}`;
      const { response } = await guess({ email, password: `guess ${sent}`, ip });
      if (response.status !== 401) throw new Error(`a guess was answered with ${response.status}`);
      if (sent % 250 === 0) {
        owner += 1;
        const own = await guess({ email, password: testPassword, ip: '10.0.0.1', device });
        if (own.response.status !== 200) throw new Error('the owner was locked out');
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, attack));
  expect(owner).toBeGreaterThanOrEqual(5);
  expect(passwords.verified - before - owner).toBeLessThanOrEqual(100);
  expect(passwords.verified - before - owner).toBeGreaterThan(0);
  const stranger = await guess({ email, password: testPassword, ip: '10.0.0.1' });
  expect(stranger.response.status).toBe(401);
}, 120_000);

test('an X-Forwarded-For that no trusted proxy wrote does not make a guesser many', async () => {
  await using bare = await startTestApi();
  const email = 'customer@example.com';
  const statuses = [];
  for (let at = 0; at < 7; at += 1) {
    const { status } = await callApi(
      bare,
      'auth.signIn',
      { email, password: at < 6 ? 'wrong' : testPassword },
      { headers: { 'x-forwarded-for': `10.${at}.0.1`, 'x-real-ip': `10.${at}.0.1` } },
    );
    statuses.push(status);
  }
  expect(statuses).toEqual(Array(7).fill(401));
});

test('asvs-v5.0.0-6.6.3 codes of a second factor are held back like passwords', async () => {
  const { email } = await known();
  const { data } = await callApi(api, 'auth.signIn', { email, password: testPassword });
  const token = String(Reflect.get(Object(data), 'accessToken'));
  const input = { currentPassword: testPassword, code: '000000' };
  for (let at = 0; at < 5; at += 1) {
    expect((await callApi(api, 'security.disableTotp', input, { token })).status).toBe(401);
  }
  const { rows } = await api.domain.db.query(
    `select 1 from sign_in_guards where failures >= 5 and blocked_until > now()`,
  );
  expect(rows.length).toBeGreaterThan(0);
});

test('asvs-v5.0.0-15.2.2 what is more than the hasher can take is told to come again, and nothing else waits', async () => {
  const strangers = Array.from({ length: 90 }, (_, at) => `stranger-${at}@example.com`);
  await using slow = await startTestApi({
    passwords: new PasswordHasher({ cost: 10, pepper: testSecrets.keyPepper }),
  });
  const answers = Promise.all(
    strangers.map((email) => callApi(slow, 'auth.signIn', { email, password: 'wrong' })),
  );
  const other = await callApi(slow, 'auth.instance', undefined, { isQuery: true });
  expect(other.status).toBe(200);
  const statuses = new Set((await answers).map(({ status }) => status));
  expect(statuses).toEqual(new Set([401, 503]));
}, 90_000);
