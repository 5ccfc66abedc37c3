import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { PasswordHasher } from '../auth/password-hasher.ts';
import { BasicSecrets } from './basic-secrets.ts';
import type { KeyRecord } from './records.ts';
import { Refusal } from './refusal.ts';

const hasher = new PasswordHasher({ cost: 4, pepper: Buffer.alloc(32), waitingMax: 20 });
const nowMs = Date.now();
const minuteMs = 60_000;

let hashes = 0;
let secrets: BasicSecrets;
beforeEach(() => {
  hashes = 0;
  secrets = new BasicSecrets({
    verify: async (secret, hash) => {
      hashes += 1;
      return hasher.verify(secret, hash);
    },
  });
});

async function keyOf(keySecret: string): Promise<KeyRecord> {
  return {
    id: randomUUID(),
    digest: 'd',
    scopes: [],
    allowedIps: null,
    rateLimitPerMinute: null,
    expiresAtMs: null,
    enabled: true,
    revoked: false,
    graceUntilMs: null,
    secretHash: await hasher.hash(keySecret),
  };
}

/** What is said of a secret: `right`, or the code of the refusal. */
async function said(
  key: KeyRecord | null,
  keySecret: string,
  { keyId = 'shop', ip = '192.0.2.1' as string | null, atMs = nowMs } = {},
): Promise<string> {
  const verdict = await secrets.check(key, { keyId, keySecret }, ip, atMs);
  return verdict instanceof Refusal ? verdict.code : 'right';
}

test('hashes a right secret once, and goes on knowing it for a minute after each use', async () => {
  const key = await keyOf('right-one');
  for (const atMs of [nowMs, nowMs + 1, nowMs + minuteMs, nowMs + 2 * minuteMs - 1]) {
    expect(await said(key, 'right-one', { atMs })).toBe('right');
  }
  expect(hashes).toBe(1);
  expect(await said(key, 'right-one', { atMs: nowMs + 10 * minuteMs })).toBe('right');
  expect(hashes).toBe(2);
});

test('knows no secret that is not right now: not another one, not that of before, not of another key', async () => {
  const key = await keyOf('right-one');
  expect(await said(key, 'right-one')).toBe('right');
  expect(await said(key, 'right-onE')).toBe('invalid_api_key');
  const changed = { ...key, secretHash: await hasher.hash('next-one') };
  expect(await said(changed, 'right-one')).toBe('invalid_api_key');
  expect(await said(changed, 'next-one')).toBe('right');
  expect(await said(await keyOf('third-one'), 'right-one')).toBe('invalid_api_key');
  expect(await said(null, 'right-one')).toBe('invalid_api_key');
});

test('a thousand requests that come at once wait for one hash', async () => {
  const key = await keyOf('right-one');
  const all = await Promise.all(Array.from({ length: 1_000 }, () => said(key, 'right-one')));
  expect(new Set(all)).toEqual(new Set(['right']));
  expect(hashes).toBe(1);
});

describe.each([
  ['a key id that exists', () => keyOf('right-one')],
  ['one that does not', async () => null],
])('guessing at %s', (_what, build) => {
  test('is refused without a look from the fifth wrong secret on, for longer each time', async () => {
    const key = await build();
    for (let at = 0; at < 5; at += 1) {
      expect(await said(key, `wrong-${at}`)).toBe('invalid_api_key');
    }
    expect(await said(key, 'wrong-5')).toBe('rate_limited');
    expect(hashes).toBe(5);
    const later = Date.now() + minuteMs + 1_000;
    expect(await said(key, 'wrong-6', { atMs: later - 2_000 })).toBe('rate_limited');
    expect(await said(key, 'wrong-6', { atMs: later })).toBe('invalid_api_key');
    expect(hashes).toBe(6);
    expect(await said(key, 'wrong-7', { atMs: later })).toBe('rate_limited');
  });

  test('gets five looks, however many come at once', async () => {
    const key = await build();
    const all = await Promise.all(Array.from({ length: 50 }, (_, at) => said(key, `wrong-${at}`)));
    expect(all.filter((code) => code === 'invalid_api_key')).toHaveLength(5);
    expect(hashes).toBe(5);
  });
});

test('takes as long for a key id that does not exist as for a wrong secret', async () => {
  const slow = new PasswordHasher({ cost: 9, pepper: Buffer.alloc(32) });
  const timed = new BasicSecrets(slow);
  const key = { ...(await keyOf('x')), secretHash: await slow.hash('right-one') };
  // The first one makes the hash that unknown key ids are compared with.
  await timed.check(null, { keyId: 'first', keySecret: 'wrong-one' }, null, nowMs);
  const took = async (holder: KeyRecord | null, at: number): Promise<number> => {
    const startedAt = performance.now();
    await timed.check(holder, { keyId: `id-${at}`, keySecret: `wrong-${at}` }, null, nowMs);
    return performance.now() - startedAt;
  };
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let at = 0; at < 15; at += 1) {
    known.push(await took(key, 2 * at));
    unknown.push(await took(null, 2 * at + 1));
  }
  const median = (times: number[]) => times.toSorted((a, b) => a - b)[7] ?? 0;
  expect(median(unknown) / median(known)).toBeGreaterThan(0.7);
  expect(median(unknown) / median(known)).toBeLessThan(1.4);
});

test('a right secret that was used a moment ago is let through whatever others guess', async () => {
  const key = await keyOf('right-one');
  expect(await said(key, 'right-one')).toBe('right');
  for (let at = 0; at < 9; at += 1) await said(key, `wrong-${at}`);
  expect(await said(key, 'right-one')).toBe('right');
});

test('guesses from one network hold back nobody else', async () => {
  const key = await keyOf('right-one');
  for (let at = 0; at < 9; at += 1) await said(key, `wrong-${at}`);
  expect(await said(key, 'wrong-9', { ip: '192.0.2.99' })).toBe('rate_limited');
  expect(await said(key, 'right-one', { ip: '198.51.100.7' })).toBe('right');
});

test('who tries many key ids from one network is held back after twenty, a right secret between them or not', async () => {
  let looks = 0;
  for (let at = 0; at < 30; at += 1) {
    if (at % 10 === 9) await said(await keyOf('right-one'), 'right-one', { keyId: 'own' });
    looks += (await said(null, 'wrong', { keyId: `id-${at}` })) === 'invalid_api_key' ? 1 : 0;
  }
  expect(looks).toBe(20);
  const elsewhere = { keyId: 'other', ip: null };
  expect(await said(null, 'wrong', elsewhere)).toBe('invalid_api_key');
});

test('says that it has too much to do instead of letting ever more wait', async () => {
  const slow = new PasswordHasher({ cost: 10, pepper: Buffer.alloc(32), waitingMax: 20 });
  const busy = new BasicSecrets(slow);
  const verdicts = await Promise.all(
    Array.from({ length: 40 }, async (_, at) =>
      busy.check(null, { keyId: `id-${at}`, keySecret: 'wrong-one' }, `10.0.${at}.1`, nowMs),
    ),
  );
  const codes = verdicts.map((verdict) => verdict instanceof Refusal && verdict.code);
  expect(codes.filter((code) => code === 'overloaded')).toHaveLength(18);
  expect(codes.filter((code) => code === 'invalid_api_key')).toHaveLength(22);
});
