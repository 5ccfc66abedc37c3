import { settingName } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous, system } from '../access/actor.ts';
import { authenticate } from '../auth/authenticate.ts';
import {
  actorOf,
  buildUser,
  openTestDomain,
  pngLogo,
  serviceActor,
  svgLogo,
  testSecrets,
  type TestDomain,
} from '../testing/index.ts';
import { signIn } from '../auth/sign-in.ts';
import { listUsers } from '../users/list-users.ts';
import { brandOf } from './brand-of.ts';
import { getSetting, listSettings, setSetting, unsetSetting } from './manage-settings.ts';
import { readSettings } from './read-settings.ts';
import { readSecretSetting } from './setting-secret.ts';

let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

const ctx = () => domain.context(system);

test('every setting is listed with its default and what it does', async () => {
  const { data } = await listSettings(ctx());
  expect(data.map(({ name }) => name)).toEqual(settingName.options);
  for (const setting of data) {
    expect(setting.description.length).toBeGreaterThan(10);
    expect(setting.isSet).toBe(false);
  }
});

test.each([
  ['require_email_verification', 'true', true],
  ['password.min_length', '12', 12],
  ['keys.prefix', 'live', 'live'],
  ['brand.accent', '#1D4ED8', '#1d4ed8'],
  ['portal.support', 'https://acme.test/help', 'https://acme.test/help'],
  ['brand.links', ' Terms of use https://acme.test/terms ', 'Terms of use https://acme.test/terms'],
  ['brand.logo', pngLogo, pngLogo],
  ['quota.exceeded_status', 429, 429],
])('%s takes %j for %j, and goes back to its default', async (name, given, value) => {
  expect((await setSetting(ctx(), { name, value: given })).value).toBe(value);
  const { default: fallback } = await getSetting(ctx(), { name });
  expect((await unsetSetting(ctx(), { name })).value).toBe(fallback);
});

test.each([
  ['require_email_verification', 'yes'],
  ['password.min_length', 4],
  ['password.min_length', 'many'],
  ['keys.prefix', 'Has Spaces'],
  ['quota.exceeded_status', 418],
  ['brand.name', ''],
  ['brand.accent', 'red'],
  ['brand.accent', '#fff;}body{color:red'],
  ['portal.support', 'javascript:alert(1)'],
  ['portal.support', 'http://plain.test'],
  ['portal.plan_change', 'priced'],
  ['brand.links', 'https://acme.test/terms'],
  ['brand.links', 'Terms http://acme.test/terms'],
  ['brand.links', 'Terms javascript:alert(1)'],
  ['brand.links', Array.from({ length: 6 }, (_, at) => `L${at} https://acme.test/`).join('\n')],
  ['brand.logo', 'https://acme.test/logo.png'],
  ['brand.logo', 'data:text/html;base64,PHNjcmlwdD4='],
  ['brand.logo', pngLogo.replace('image/png', 'image/svg+xml')],
  ['brand.logo', svgLogo('<svg viewBox="0 0 9 9"></svg>').replace('image/svg+xml', 'image/png')],
  ['brand.logo', svgLogo('<svg viewBox="0 0 9 9"><script>alert(1)</script></svg>')],
  [
    'brand.logo',
    svgLogo(
      '<x:svg xmlns:x="http://www.w3.org/2000/svg"><svg viewBox="0 0 9 9"/><x:script>alert(1)</x:script></x:svg>',
    ),
  ],
  ['brand.logo', svgLogo('<svg viewBox="0 0 9 9" onload="alert(1)"/>')],
  ['brand.logo', svgLogo('<!DOCTYPE svg [<!ENTITY a "a">]><svg viewBox="0 0 9 9">&a;</svg>')],
  ['brand.logo', svgLogo('<svg><path d="M0 0"/></svg>')],
  ['brand.logo', svgLogo('<svg viewBox="0 0 900 9"/>')],
  ['brand.logo', svgLogo(`<svg viewBox="0 0 9 9">${'x'.repeat(64 * 1024)}</svg>`)],
  ['mail.smtp_url', 'http://not-mail.test'],
  ['mail.from', 'nobody'],
  ['mail.subject.welcome', 'Hello\r\nBcc: victim@example.com'],
  ['mail.subject.welcome', 'Hello\u0000'],
  ['mail.subject.welcome', ''],
  ['mail.subject.welcome', 'x'.repeat(121)],
  ['mail.subject.welcome', 'Hello {name}'],
  ['mail.subject.invite', '{role} {password}'],
])('%s refuses %j and stays as it was', async (name, value) => {
  const before = await getSetting(ctx(), { name });
  await expect(setSetting(ctx(), { name, value })).rejects.toMatchObject({ code: 'bad_request' });
  expect(await getSetting(ctx(), { name })).toEqual(before);
});

test('of a logo the audit log keeps what tells it from others, not the image', async () => {
  await setSetting(ctx(), { name: 'brand.logo', value: svgLogo('<svg width="40" height="20"/>') });
  expect(brandOf(await readSettings(domain.orm.em.fork())).logo).toMatchObject({
    path: expect.stringMatching(/^\/brand\/logo\?v=[0-9a-f]{16}$/),
    width: 40,
    height: 20,
  });
  await unsetSetting(ctx(), { name: 'brand.logo' });
  const { rows } = await domain.db.query(
    `select before, after from audit_events where target_id = 'brand.logo' order by id desc limit 1`,
  );
  expect(rows).toEqual([
    {
      before: {
        value: expect.stringMatching(/^image\/svg\+xml, 29 bytes, SHA-256 [0-9a-f]{16}…$/),
      },
      after: { value: '' },
    },
  ]);
});

test('a setting that does not exist is not found', async () => {
  await expect(setSetting(ctx(), { name: 'no.such', value: 1 })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a secret is sealed in the database, readable for who needs it, and shown to nobody', async () => {
  const value = 'smtp://user:hidden@mail.test';
  expect((await setSetting(ctx(), { name: 'mail.smtp_url', value })).value).toBeNull();
  expect((await getSetting(ctx(), { name: 'mail.smtp_url' })).isSet).toBe(true);
  const { rows } = await domain.db.query('select s::text as row from settings s');
  expect(JSON.stringify(rows)).not.toContain('hidden');
  expect(await readSecretSetting(domain.orm.em.fork(), testSecrets, 'mail.smtp_url')).toBe(value);
});

test('with auth.require_2fa_for_admins an admin without one is no more than a customer', async () => {
  const password = 'correct horse battery staple';
  const admin = await buildUser(domain, { role: 'admin', password });
  await setSetting(ctx(), { name: 'auth.require_2fa_for_admins', value: true });
  const { session } = await signIn(
    domain.context(anonymous),
    { email: admin.email, password, cookies: false },
    null,
  );
  const actor = await authenticate(
    domain.orm.em.fork(),
    testSecrets,
    session.accessToken ?? '',
    ctx().now,
  );
  expect(actor).toMatchObject({ mustEnrolSecondFactor: true });
  if (actor === null) return;
  await expect(listUsers(domain.context(actor), { limit: 1 })).rejects.toMatchObject({
    code: 'second_factor_enrolment_required',
  });
  const enrolled = { ...actorOf(admin), mustEnrolSecondFactor: false };
  expect((await listUsers(domain.context(enrolled), { limit: 1 })).data).toHaveLength(1);
});

test('a service key that may write settings may not name the mail server', async () => {
  const service = () => domain.context(serviceActor('settings:write', 'settings:read'));
  await setSetting(service(), { name: 'password.min_length', value: 10 });
  await expect(
    setSetting(service(), { name: 'mail.smtp_url', value: 'smtp://evil.test' }),
  ).rejects.toMatchObject({ code: 'forbidden' });
  await expect(unsetSetting(service(), { name: 'mail.smtp_url' })).rejects.toMatchObject({
    code: 'forbidden',
  });
});
