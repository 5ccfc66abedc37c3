import { mailTemplates, settingDefinitions } from '@apigate/contract';
import { accentColors } from '@apigate/contract/accent';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { setSetting } from '../settings/manage-settings.ts';
import {
  openTestDomain,
  pngLogo,
  testNow,
  testSecrets,
  type TestDomain,
} from '../testing/index.ts';
import { enqueueMail } from './enqueue-mail.ts';
import { getMail, listMails, retryMail } from './list-mails.ts';
import { renderMail, type MailValues } from './render-mail.ts';
import { sendDueMails, type OutgoingMail } from './send-due-mails.ts';

let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

const ctx = () => domain.context(system);
const send = (now: Date, deliver: ((mail: OutgoingMail) => Promise<void>) | null) =>
  sendDueMails(domain.orm.em.fork(), testSecrets, now, null, deliver);

async function enqueue(to: string): Promise<void> {
  const context = ctx();
  await enqueueMail(context, context.em, to, 'verify_email', {
    link: 'https://apigate.test/x?token=T',
  });
}

const last = async () => {
  const [mail] = (await listMails(ctx(), { limit: 1 })).data;
  if (mail === undefined) throw new Error('the outbox is empty');
  return getMail(ctx(), { mail: mail.id });
};

test('without a mail server a mail waits in the outbox with its link', async () => {
  await enqueue('jane@example.com');
  await send(testNow, null);
  expect(await last()).toMatchObject({ status: 'kept', to: 'jane@example.com' });
  expect((await last()).text).toContain('https://apigate.test/x?token=T');
});

test('a mail that a server took is sent once, and its text is gone', async () => {
  await enqueue('joe@example.com');
  const taken: OutgoingMail[] = [];
  const deliver = (mail: OutgoingMail) => Promise.resolve(void taken.push(mail));
  await Promise.all([send(testNow, deliver), send(testNow, deliver), send(testNow, deliver)]);
  expect(taken.map(({ to }) => to)).toEqual(['joe@example.com']);
  expect(taken[0]?.from).toContain('apigate');
  expect(await last()).toMatchObject({ status: 'sent', text: null, html: null });
});

test('a mail that no server takes is tried again, later each time, and fails in the end', async () => {
  await enqueue('hard@example.com');
  let tries = 0;
  let now = testNow;
  const refuse = () => {
    tries += 1;
    return Promise.reject(new Error('mailbox unavailable'));
  };
  for (let hour = 0; hour < 100; hour += 1) {
    await send(now, refuse);
    now = new Date(now.getTime() + 3_600_000);
  }
  expect(tries).toBe(8);
  expect(await last()).toMatchObject({ status: 'failed', lastError: 'mailbox unavailable' });
  const { id } = await last();
  await retryMail(ctx(), { mail: id });
  await send(new Date(), () => Promise.resolve());
  expect((await last()).status).toBe('sent');
});

test('subjects start as the setting says', async () => {
  await setSetting(ctx(), { name: 'mail.subject_prefix', value: '[Acme]' });
  await enqueue('prefix@example.com');
  expect((await last()).subject).toBe('[Acme] Confirm your e-mail address');
});

test('a subject of one’s own is filled, and what fills it is not filled again', async () => {
  await setSetting(ctx(), { name: 'mail.subject_prefix', value: '[Acme]' });
  await setSetting(ctx(), {
    name: 'mail.subject.privilege_raised',
    value: 'Acme: {role} for {who}, {role}',
  });
  const context = ctx();
  await enqueueMail(context, context.em, 'admin@example.com', 'privilege_raised', {
    who: '{role}\r\nBcc: x@y.test',
    role: 'admin',
    by: 'boss@example.com',
  });
  expect((await last()).subject).toBe('[Acme] Acme: admin for {role} Bcc: x@y.test, admin');
  expect((await last()).html).toContain(
    '<h1 style="margin:0 0 16px;font-size:20px">Acme: admin for',
  );
});

test('mails carry the brand and say where help is', async () => {
  await enqueue('plain@example.com');
  expect((await last()).html).not.toContain('Acme');
  await setSetting(ctx(), { name: 'brand.name', value: 'Acme <b>' });
  await setSetting(ctx(), { name: 'brand.accent', value: '#FFEE00' });
  await setSetting(ctx(), { name: 'portal.support', value: 'help@example.com' });
  const links = 'Terms https://a.test/terms?a=1&b="2"';
  await setSetting(ctx(), { name: 'brand.links', value: links });
  await setSetting(ctx(), { name: 'brand.logo', value: pngLogo });
  await enqueue('branded@example.com');
  const { html, text } = await last();
  expect(text).toMatch(
    /Acme <b> · help@example.com\n\nTerms: https:\/\/a.test\/terms\?a=1&b="2"\n$/,
  );
  expect(html).toContain('href="https://a.test/terms?a=1&amp;b=&quot;2&quot;"');
  expect(html).toMatch(
    /<img src="https?:[^"]+\/brand\/logo\?v=[0-9a-f]{16}" alt="Acme &lt;b&gt;" width="56" height="28"/,
  );
  expect(html).toContain('Acme &lt;b&gt; · help@example.com');
  expect(html).toContain(`background:${accentColors('#ffee00').light.accent};`);
});

const values: MailValues = {
  verify_email: { link: 'https://a.test/1' },
  already_registered: { signInLink: 'https://a.test/2', resetLink: 'https://a.test/3' },
  reset_password: { link: 'https://a.test/4' },
  invite: { link: 'https://a.test/5', role: 'admin', invitedBy: 'x\r\nBcc: y@z.test' },
  welcome: { name: '<script>alert(1)</script>', link: 'https://a.test/6' },
  key_created: {
    keyName: 'a\r\nBcc: all@example.com',
    prefix: 'ak_1234',
    link: 'https://a.test/7',
  },
  password_changed: { resetLink: 'https://a.test/8' },
  email_change_old: { newEmail: 'new@example.com', link: 'https://a.test/9' },
  email_change_new: { link: 'https://a.test/10' },
  second_factor_changed: { enabled: true },
  privilege_raised: { who: 'a\nb', role: 'admin', by: 'boss@example.com' },
  plan_changed: { plan: '<b>Pro</b>\r\nBcc: a@b.test', before: 'Free', link: 'https://a.test/11' },
  quota_reached: {
    percent: 80,
    used: 800,
    limit: 1000,
    resets: '1 December',
    refuses: true,
    link: 'https://a.test/12',
  },
  quota_forecast: {
    percent: 100,
    expected: 1200,
    limit: 1000,
    resets: '1 December',
    full: '27 November',
    link: 'https://a.test/13',
  },
};

test.each(mailTemplates)(
  'asvs-v5.0.0-1.3.11 %s: a subject of one line, and text and HTML that say the same safely',
  (template) => {
    const { subject, text, html } = renderMail(
      template,
      values[template],
      settingDefinitions[`mail.subject.${template}`].default,
      { signature: 'Acme <b> & Sons', accent: '#123456', logo: null, links: [] },
    );
    expect(subject).not.toMatch(/\p{Cc}/u);
    // Every name in braces that the default holds, and so every one that is accepted, is filled.
    expect(subject).not.toMatch(/[{}]/);
    expect(text.length).toBeGreaterThan(20);
    expect(html).toContain('<!doctype html>');
    expect(html).not.toContain('<script>');
    const links = text.match(/https:\/\/\S+/g) ?? [];
    for (const link of links) expect(html).toContain(link);
  },
);
