import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anonymous } from '../access/actor.ts';
import { suspendUser } from '../users/suspend-user.ts';
import { setUserPassword } from '../users/set-user-password.ts';
import { updateUser } from '../users/update-user.ts';
import { system } from '../access/actor.ts';
import type { DomainSecrets } from '../context.ts';
import { newId } from '../ids.ts';
import { generateApiKey } from '../keys/api-key-format.ts';
import { buildServiceKey, buildSession, buildUser } from '../testing/factories.ts';
import { openTestDomain, testNow, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import type { User } from '../users/user.ts';
import { signAccessToken } from './access-token.ts';
import { authenticate } from './authenticate.ts';
import { Session } from './session.ts';
import { signOut } from './sign-out.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

function who(token: string, now = testNow, secrets: DomainSecrets = testSecrets) {
  return authenticate(domain.orm.em.fork(), secrets, token, now);
}

/** A user with a running session and an access token of it. */
async function signedIn(overrides: Parameters<typeof buildUser>[1] = {}) {
  const user = await buildUser(domain, overrides);
  const { session } = await buildSession(domain, user);
  const claims = { userId: user.id, sessionId: session.id, sessionEpoch: user.sessionEpoch };
  const { token } = await signAccessToken(testSecrets, claims, testNow);
  const actor = {
    kind: 'user',
    id: user.id,
    role: user.role,
    sessionId: session.id,
    mustEnrolSecondFactor: false,
  };
  return { user, session, claims, token, actor };
}

interface Forgery {
  alg: string;
  typ: string;
  issuer: string;
  audience: string;
  secret: Uint8Array;
  expiresAt: number;
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/** A token that is as it should be but for `overrides`. */
async function forge(user: User, sessionId: string, overrides: Partial<Forgery>): Promise<string> {
  const { alg, typ, issuer, audience, secret, expiresAt } = {
    alg: 'HS256',
    typ: 'at+jwt',
    issuer: 'apigate',
    audience: 'apigate-control-plane',
    secret: testSecrets.jwtSecrets[0] ?? new Uint8Array(),
    expiresAt: seconds(testNow) + 60,
    ...overrides,
  };
  return new SignJWT({ sid: sessionId, epoch: user.sessionEpoch })
    .setProtectedHeader({ alg, typ })
    .setSubject(user.id)
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expiresAt)
    .sign(secret);
}

describe('an access token', () => {
  test('stands for its user while it and the session last', async () => {
    const { token, actor, user, session } = await signedIn({ role: 'moderator' });
    expect(await who(token)).toEqual(actor);
    expect(await who(await forge(user, session.id, {}))).toEqual(actor);
    expect(await who(token, new Date(testNow.getTime() + 3599_000))).toEqual(actor);
    expect(await who(token, new Date(testNow.getTime() + 3600_000))).toBeNull();
  });

  test.each<[string, Partial<Forgery>]>([
    [
      'signed by somebody else',
      { secret: Buffer.from('a secret that was never one of ours, surely') },
    ],
    ['signed in another way', { alg: 'HS512', secret: Buffer.alloc(64, 1) }],
    ['of another type', { typ: 'JWT' }],
    ['for another audience', { audience: 'apigate-proxy' }],
    ['by another issuer', { issuer: 'elsewhere' }],
    ['that is over', { expiresAt: seconds(testNow) - 1 }],
  ])('is not believed when %s', async (_, overrides) => {
    const { user, session } = await signedIn();
    expect(await who(await forge(user, session.id, overrides))).toBeNull();
  });

  test('is not believed with our secret but another algorithm', async () => {
    const secret = Buffer.alloc(64, 'our own secret, long enough for HS512 too');
    const { user, session, actor } = await signedIn();
    const secrets = { ...testSecrets, jwtSecrets: [secret] };
    expect(await who(await forge(user, session.id, { secret }), testNow, secrets)).toEqual(actor);
    const token = await forge(user, session.id, { alg: 'HS512', secret });
    expect(await who(token, testNow, secrets)).toBeNull();
  });

  test('is not believed unsigned', async () => {
    const { user, session } = await signedIn();
    const token = new UnsecuredJWT({ sid: session.id, epoch: 0 })
      .setSubject(user.id)
      .setIssuer('apigate')
      .setAudience('apigate-control-plane')
      .setExpirationTime(seconds(testNow) + 60)
      .encode();
    expect(await who(token)).toBeNull();
    const [, payload = ''] = token.split('.');
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    expect(await who(`${header}.${payload}.`)).toBeNull();
  });

  test('is believed while the secret that signed it is listed, first or not', async () => {
    const { token, actor } = await signedIn();
    const next = Buffer.from('the secret that took over, long enough as well');
    const rotated = { ...testSecrets, jwtSecrets: [next, ...testSecrets.jwtSecrets] };
    expect(await who(token, testNow, rotated)).toEqual(actor);
    expect(await who(token, testNow, { ...testSecrets, jwtSecrets: [next] })).toBeNull();
  });

  test.each(['', 'x', 'a.b.c', 'sk_', '..', 'eyJhbGciOiJIUzI1NiJ9.e30.', 'ak_x'])(
    'is not %j',
    async (token) => {
      expect(await who(token)).toBeNull();
    },
  );

  test('ends with its session: signed out, expired, or taken for another user', async () => {
    const signedOut = await signedIn();
    const context = domain.context({
      ...signedOut.actor,
      kind: 'user',
      role: 'customer',
    });
    await signOut(context, null);
    expect(await who(signedOut.token)).toBeNull();

    const { user, session } = await signedIn();
    const later = new Date(session.expiresAt.getTime());
    const longLived = await forge(user, session.id, { expiresAt: seconds(later) + 60 });
    expect(await who(longLived, new Date(later.getTime() - 1))).not.toBeNull();
    expect(await who(longLived, later)).toBeNull();

    const other = await signedIn();
    expect(await who(await forge(user, other.session.id, {}))).toBeNull();
    expect(await who(await forge(user, newId(), {}))).toBeNull();
  });

  test('ends when the user is suspended, gets another role or another password', async () => {
    const ends = [
      (user: User) => suspendUser(domain.context(system), { user: user.id }),
      (user: User) => updateUser(domain.context(system), { user: user.id, role: 'moderator' }),
      (user: User) =>
        setUserPassword(domain.context(system), { user: user.id, password: 'a new password' }),
    ];
    for (const end of ends) {
      const { user, token, actor } = await signedIn();
      expect(await who(token)).toEqual(actor);
      await end(user);
      expect(await who(token)).toBeNull();
    }
  });

  test('ends when the user is suspended by whatever means, and when the user is gone', async () => {
    const { user, token } = await signedIn();
    await domain.db.query(`update users set status = 'suspended' where id = $1`, [user.id]);
    expect(await who(token)).toBeNull();
    const gone = await signedIn();
    await domain.db.query('delete from users where id = $1', [gone.user.id]);
    expect(await who(gone.token)).toBeNull();
  });

  test('of a pending user is good', async () => {
    const { token, actor } = await signedIn({ status: 'pending' });
    expect(await who(token)).toEqual(actor);
  });
});

describe('a service key', () => {
  test('stands for its scopes', async () => {
    const { serviceKey, secret } = await buildServiceKey(domain, ['users:read', 'meter:write']);
    expect(await who(secret)).toEqual({
      kind: 'service',
      id: serviceKey.id,
      name: serviceKey.name,
      scopes: ['users:read', 'meter:write'],
    });
  });

  test('grants nothing by a scope that does not exist', async () => {
    const { serviceKey, secret } = await buildServiceKey(domain, ['users:read']);
    await domain.db.query(`update service_keys set scopes = '{root,users:read}' where id = $1`, [
      serviceKey.id,
    ]);
    expect(await who(secret)).toMatchObject({ scopes: ['users:read'] });
  });

  test('is not believed revoked, expired, unknown, misspelt or under another pepper', async () => {
    const revoked = await buildServiceKey(domain, ['admin'], { revokedAt: testNow });
    const expiring = await buildServiceKey(domain, ['admin'], { expiresAt: testNow });
    const { secret } = await buildServiceKey(domain, ['admin']);
    expect(await who(revoked.secret)).toBeNull();
    expect(await who(expiring.secret)).toBeNull();
    expect(await who(expiring.secret, new Date(testNow.getTime() - 1))).not.toBeNull();
    expect(await who(generateApiKey('sk'))).toBeNull();
    expect(await who(secret.slice(0, -1))).toBeNull();
    const pepper = { ...testSecrets, keyPepper: Buffer.from('another pepper') };
    expect(await who(secret, testNow, pepper)).toBeNull();
  });
});

test('signing out ends a session by its refresh token too, and only by the right one', async () => {
  const user = await buildUser(domain);
  const { session, refreshToken } = await buildSession(domain, user);
  const count = () => domain.orm.em.fork().count(Session, { id: session.id });
  await signOut(domain.context(anonymous), `${refreshToken.slice(0, -4)}AAAA`);
  await signOut(domain.context(anonymous), 'garbage');
  await signOut(domain.context(anonymous), null);
  expect(await count()).toBe(1);
  await signOut(domain.context(anonymous), refreshToken);
  expect(await count()).toBe(0);
  expect(await signOut(domain.context(anonymous), refreshToken)).toEqual({ ok: true });
});
