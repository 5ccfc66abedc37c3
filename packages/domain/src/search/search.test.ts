import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Found } from '@apigate/contract';
import { ingestUsage } from '../gateway/index.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { newId } from '../ids.ts';
import {
  actorOf,
  buildInvite,
  buildKey,
  buildMail,
  buildPlan,
  buildRefusal,
  buildRoute,
  buildUpstream,
  buildUsageRecord,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import type { Actor } from '../access/actor.ts';
import type { User } from '../users/user.ts';
import { search } from './search.ts';

let domain: TestDomain;
let admin: User;
let moderator: User;
let acme: User;
let globex: User;
let key: Awaited<ReturnType<typeof buildKey>>;

beforeAll(async () => {
  domain = await openTestDomain();
  const plan = (await buildPlan(domain, { name: 'Acme special', slug: 'special' })).id;
  await buildPlan(domain, { name: 'Acme hidden', slug: 'hidden', enabled: false });
  admin = await buildUser(domain, { role: 'admin', plan, email: 'root@example.com' });
  moderator = await buildUser(domain, { role: 'moderator', plan });
  acme = await buildUser(domain, { plan, email: 'billing@acme.example', name: 'Acme Inc.' });
  globex = await buildUser(domain, { plan, email: 'ops@globex.example', externalId: 'acme-rival' });
  key = await buildKey(domain, { user: acme.id, name: 'acme backend' });
  const upstream = (await buildUpstream(domain, { name: 'Acme API' })).id;
  await buildRoute(domain, { name: 'Orders', path: '/acme/*', upstream });
  await buildInvite(domain, { email: 'new@acme.example' });
  await buildMail(domain, { to: 'billing@acme.example' });
});
afterAll(() => domain[Symbol.asyncDispose]());

const find = (actor: Actor, q: string, limit = 5) => search(domain.context(actor), { q, limit });
const titles = (found: readonly Found[]) => found.map(({ kind, title }) => `${kind} ${title}`);
const asAdmin = (q: string, limit?: number) => find(actorOf(admin), q, limit);

describe('search', () => {
  test('finds every kind by a part of what it is called', async () => {
    const { isExact, data } = await asAdmin('ACME');
    expect(isExact).toBe(false);
    expect(titles(data).toSorted()).toEqual([
      'invite new@acme.example',
      'key acme backend',
      'mail Welcome',
      'plan Acme hidden',
      'plan Acme special',
      'route Orders',
      'setting mail.subject_prefix',
      'upstream Acme API',
      'user billing@acme.example',
      'user ops@globex.example',
    ]);
    expect(titles((await asAdmin('smtp')).data)).toContain('setting mail.smtp_url');
    expect((await asAdmin('100%_')).data).toEqual([]);
  });

  test('puts what is called just so before what starts so, and that before what holds it', async () => {
    const plan = admin.plan.id;
    for (const email of ['x-zed@example.com', 'zed.long@example.com', 'other@example.com']) {
      await buildUser(domain, { plan, email, ...(email.startsWith('o') && { username: 'zed' }) });
    }
    expect(titles((await asAdmin('zed')).data)).toEqual([
      'user other@example.com',
      'user zed.long@example.com',
      'user x-zed@example.com',
    ]);
    expect((await asAdmin('zed', 1)).data).toHaveLength(1);
    // Of two characters, only what starts so.
    expect(titles((await asAdmin('ze')).data).toSorted()).toEqual([
      'user other@example.com',
      'user zed.long@example.com',
    ]);
  });

  test('finds a key by its start, its end, both, and the whole of it, and never tells the secret', async () => {
    const { prefix, lastFour } = key.key;
    for (const q of [prefix, lastFour, `${prefix}…${lastFour}`, `${prefix}...${lastFour}`]) {
      expect(titles((await asAdmin(q)).data), q).toContain('key acme backend');
    }
    // Cut short while copying.
    expect(titles((await asAdmin(key.secret.slice(0, 30))).data)).toEqual(['key acme backend']);
    const whole = await asAdmin(key.secret);
    expect(whole).toEqual({
      isExact: true,
      data: [
        {
          kind: 'key',
          id: key.key.id,
          title: 'acme backend',
          detail: `${prefix}…${lastFour}`,
          status: 'live',
          user: { id: acme.id, email: acme.email, role: 'customer' },
        },
      ],
    });
    const middle = key.secret.slice(prefix.length, -lastFour.length);
    expect(JSON.stringify(whole)).not.toContain(middle);
  });

  test('of a whole key that is none of ours finds nothing, whatever it looks like', async () => {
    const other = await buildKey(domain, { user: acme.id });
    await domain.db.query('delete from keys where id = $1', [other.key.id]);
    expect(await asAdmin(other.secret)).toEqual({ isExact: false, data: [] });
  });

  test('takes an id for the one thing that has it', async () => {
    const record = buildUsageRecord({ userId: acme.id, keyId: key.key.id, ...buildRefusal() });
    await ingestUsage(domain.db, [record]);
    const requestId = newId();
    const ctx = domain.context(actorOf(admin), {
      origin: { ip: '203.0.113.7', userAgent: null, requestId },
    });
    await ctx.em.transactional((em) =>
      recordAudit(ctx, em, {
        action: 'users.verified',
        target: { kind: 'user', id: acme.id, label: acme.email },
      }),
    );
    for (const [id, title] of [
      [acme.id, 'user billing@acme.example'],
      [key.key.id, 'key acme backend'],
      [record.id, 'request GET /v1/things'],
      [requestId, `event User verified: ${acme.email}`],
    ] as const) {
      const { isExact, data } = await asAdmin(id);
      expect([isExact, ...titles(data)], title).toEqual([true, title]);
    }
    expect(await asAdmin(newId())).toEqual({ isExact: false, data: [] });
    expect((await find(actorOf(acme), record.id)).isExact).toBe(true);
    expect((await find(actorOf(globex), record.id)).data).toEqual([]);
    expect((await find(actorOf(moderator), requestId)).data).toEqual([]);
  });

  test('finds deeds by what they are called and by whom they were done to, the last first', async () => {
    const ctx = domain.context(actorOf(admin));
    const record = async (action: 'users.suspended' | 'users.activated', user: User) =>
      ctx.em.transactional((em) =>
        recordAudit(ctx, em, { action, target: { kind: 'user', id: user.id, label: user.email } }),
      );
    await record('users.suspended', acme);
    await record('users.suspended', globex);
    await record('users.activated', globex);
    const events = async (actor: Actor, q: string) =>
      titles((await find(actor, q)).data).filter((title) => title.startsWith('event'));
    expect(await events(actorOf(admin), 'user SUSP')).toEqual([
      `event User suspended: ${globex.email}`,
      `event User suspended: ${acme.email}`,
    ]);
    expect(await events(actorOf(admin), globex.email.toUpperCase())).toEqual([
      `event User activated: ${globex.email}`,
      `event User suspended: ${globex.email}`,
    ]);
    expect(await events(actorOf(moderator), 'suspended')).toEqual([]);
    expect(await events(actorOf(globex), globex.email)).toEqual([]);
  });

  test('shows each caller what the policy lets them read, and nothing else', async () => {
    const kinds = async (actor: Actor, q: string) =>
      [...new Set((await find(actor, q)).data.map(({ kind }) => kind))].toSorted();
    expect(await kinds(actorOf(moderator), 'acme')).toEqual(['key', 'plan', 'user']);
    expect(titles((await find(actorOf(acme), 'acme')).data)).toEqual([
      'user billing@acme.example',
      'key acme backend',
      'plan Acme special',
    ]);
    expect(titles((await find(actorOf(globex), 'acme')).data)).toEqual([
      'user ops@globex.example',
      'plan Acme special',
    ]);
    for (const q of [key.secret, key.key.id, key.key.lastFour, acme.id, 'smtp']) {
      expect((await find(actorOf(globex), q)).data, q).toEqual([]);
    }
    expect(await kinds(serviceActor('keys:read'), 'acme')).toEqual(['key']);
    expect(await kinds(serviceActor('users:write'), 'acme')).toEqual([]);
    const unenrolled = { ...actorOf(admin), mustEnrolSecondFactor: true };
    expect(await kinds(unenrolled, 'billing@acme')).toEqual([]);
  });
});
