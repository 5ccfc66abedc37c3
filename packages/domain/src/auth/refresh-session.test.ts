import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous, system } from '../access/actor.ts';
import { newId } from '../ids.ts';
import { buildSession, buildUser } from '../testing/factories.ts';
import { openTestDomain, testNow, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import { suspendUser } from '../users/suspend-user.ts';
import { authenticate } from './authenticate.ts';
import { refreshSession } from './refresh-session.ts';
import { newRefreshToken } from './refresh-token.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const ended = expect.objectContaining({ code: 'invalid_refresh_token' });

function at(ms: number): Date {
  return new Date(testNow.getTime() + ms);
}

function refresh(token: string, now = testNow) {
  return refreshSession(domain.context(anonymous, { now }), token);
}

async function next(token: string, now = testNow): Promise<string> {
  const { refreshToken } = await refresh(token, now);
  if (refreshToken === null) throw new Error('no token came');
  return refreshToken;
}

test('gives a new refresh token and an access token that is good', async () => {
  const user = await buildUser(domain);
  const { session, refreshToken } = await buildSession(domain, user);
  const refreshed = await refresh(refreshToken);
  expect(refreshed.refreshToken).not.toBe(refreshToken);
  expect(refreshed.user.email).toBe(user.email);
  expect(refreshed.accessTokenExpiresAt).toEqual(at(testSecrets.accessTokenSeconds * 1000));
  const em = domain.orm.em.fork();
  expect(await authenticate(em, testSecrets, refreshed.accessToken ?? '', testNow)).toMatchObject({
    id: user.id,
    sessionId: session.id,
  });
});

test('asvs-v5.0.0-7.3.1 a session that is not used ends after 30 days', async () => {
  const { refreshToken } = await buildSession(domain, await buildUser(domain));
  const days = 86_400_000;
  const used = await next(refreshToken, at(29 * days));
  await expect(refresh(used, at(59 * days))).rejects.toThrow(ended);
});

test('ends the session when an old token is used again after its ten seconds', async () => {
  const { refreshToken } = await buildSession(domain, await buildUser(domain));
  const second = await next(refreshToken);
  await expect(refresh(refreshToken, at(10_001))).rejects.toThrow(ended);
  await expect(refresh(second, at(10_002))).rejects.toThrow(ended);
});

test('ends the session when a token before the previous one is used, even at once', async () => {
  const { refreshToken } = await buildSession(domain, await buildUser(domain));
  const third = await next(await next(refreshToken));
  await expect(refresh(refreshToken)).rejects.toThrow(ended);
  await expect(refresh(third)).rejects.toThrow(ended);
});

test('gives one and the same successor to twenty who ask at once', async () => {
  await domain.openConnections();
  const { refreshToken } = await buildSession(domain, await buildUser(domain));
  const successors = await Promise.all(Array.from({ length: 20 }, () => next(refreshToken)));
  expect(new Set(successors).size).toBe(1);
  expect(await next(refreshToken, at(10_000))).toBe(successors[0]);
  expect(await next(successors[0] ?? '', at(10_000))).not.toBe(successors[0]);
});

test('takes nothing for a token that is none, and ends no session for it', async () => {
  const { session, refreshToken } = await buildSession(domain, await buildUser(domain));
  const wrong = [
    '',
    'x',
    session.id,
    `${session.id}.`,
    `${session.id}.x`,
    `${refreshToken}.x`,
    newRefreshToken(testSecrets, newId()),
    newRefreshToken({ keyPepper: Buffer.from('a pepper of somebody else') }, session.id),
    `${session.id}.${randomBytes(32).toString('base64url')}`,
    `${session.id}.${randomBytes(32).toString('base64url')}.${refreshToken.split('.')[2]}`,
    `${"' or 1=1 --"}.${'x'.repeat(43)}`,
  ];
  for (const token of wrong) await expect(refresh(token), token).rejects.toThrow(ended);
  await expect(next(refreshToken)).resolves.toContain(session.id);
});

test('ends with the session of a user who is suspended', async () => {
  const user = await buildUser(domain);
  const { refreshToken } = await buildSession(domain, user);
  await suspendUser(domain.context(system), { user: user.id });
  await expect(refresh(refreshToken)).rejects.toThrow(ended);
});

test('stores no token that could be used', async () => {
  const { session, refreshToken } = await buildSession(domain, await buildUser(domain));
  const second = await next(refreshToken);
  const { rows } = await domain.db.query<{ row: string }>(
    'select s::text as row from sessions s where id = $1',
    [session.id],
  );
  for (const token of [refreshToken, second]) {
    expect(rows[0]?.row).not.toContain(token.slice(token.indexOf('.') + 1));
  }
});

test('asvs-v5.0.0-7.3.2 a session that is used again and again ends 90 days after the sign-in', async () => {
  let { refreshToken } = await buildSession(domain, await buildUser(domain));
  const days = 86_400_000;
  for (const day of [20, 40, 60, 80]) refreshToken = await next(refreshToken, at(day * days));
  await expect(refresh(refreshToken, at(90 * days))).rejects.toThrow(ended);
});
