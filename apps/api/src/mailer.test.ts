import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { User } from '@apigate/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Mailer, type MailerOptions } from './mailer.ts';
import { callApi } from './testing/call-api.ts';
import { startMailServer, type MailServer, type ReceivedMail } from './testing/mail-server.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';

const password = 'harbour quilt juniper walnut';

let api: TestApi;
let server: MailServer;
let mailer: Mailer | undefined;
beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(async () => {
  await mailer?.[Symbol.asyncDispose]();
  mailer = undefined;
  await server[Symbol.asyncDispose]();
  await api.domain.db.query('delete from mails');
  await api.domain.db.query('delete from settings');
});
afterAll(() => api[Symbol.asyncDispose]());

function startMailer(options: Partial<MailerOptions> = {}): void {
  mailer = new Mailer(api.deps, { smtpUrl: server.url, from: null, pollMs: 10, ...options });
}

const waiting = { timeout: 10_000, interval: 20 };

/** The one mail to an address that the server took. */
function mailTo(address: string, from: MailServer = server): Promise<ReceivedMail> {
  return vi.waitFor(() => {
    const mails = from.received.filter(({ envelope }) => envelope.to.includes(address));
    expect(mails, `mails to ${address}`).toHaveLength(1);
    const [mail] = mails;
    if (mail === undefined) throw new Error('no mail came');
    return mail;
  }, waiting);
}

const set = (name: string, value: string | boolean) =>
  callApi(api, 'settings.set', { name, value }, { token: api.tokens.admin });

const register = (email: string, more: object = {}) =>
  callApi(api, 'auth.register', { email, password, ...more });

async function outbox(
  to: string,
): Promise<{ status: string; attempts: number; last_error: string }[]> {
  const { rows } = await api.domain.db.query<{
    status: string;
    attempts: number;
    last_error: string;
  }>('select status, attempts, last_error from mails where "to" = $1', [to]);
  return rows;
}

/** What is to be sent later is due now. */
const makeDue = () =>
  api.domain.db.query(`update mails set next_attempt_at = now() - interval '1 s'`);

describe('a mail through a real server', () => {
  test('confirms an address: its link, followed, makes the account active', async () => {
    startMailer();
    await set('require_email_verification', true);
    await register('jane@example.com');
    const { envelope, parsed } = await mailTo('jane@example.com');
    expect(envelope.from).toBe('apigate@localhost');
    expect(parsed.from).toMatchObject({ name: 'apigate', address: 'apigate@localhost' });
    expect(parsed.to).toMatchObject([{ address: 'jane@example.com' }]);
    expect(parsed.subject).toBe('Confirm your e-mail address');
    expect(parsed.messageId).toMatch(/^<[\da-f-]{36}@apigate>$/);
    const link = /https?:\/\/\S+token=([\w-]{43})/.exec(parsed.text ?? '');
    expect(link?.[0]).toContain(`${api.url}/portal/verify-email?token=`);
    expect(parsed.html).toContain(link?.[0]);
    expect((await callApi(api, 'auth.verifyEmail', { token: link?.[1] })).status).toBe(200);
    expect(await outbox('jane@example.com')).toContainEqual(
      expect.objectContaining({ status: 'sent', attempts: 1 }),
    );
  });

  test('resets a password', async () => {
    startMailer();
    await callApi(api, 'auth.forgotPassword', { email: api.users.moderator.email });
    const { parsed } = await mailTo(api.users.moderator.email);
    expect(parsed.subject).toBe('Set a new password');
    const token = /\/auth\/reset-password\?token=([\w-]{43})/.exec(parsed.text ?? '')?.[1];
    expect((await callApi(api, 'auth.resetPassword', { token, password })).status).toBe(200);
  });

  test('invites, and its link makes the moderator', async () => {
    startMailer();
    const invite = { email: 'staff@example.com', role: 'moderator' };
    await callApi(api, 'invites.create', invite, { token: api.tokens.admin });
    const { parsed } = await mailTo('staff@example.com');
    expect(parsed.subject).toBe('You are invited as moderator');
    expect(parsed.text).toContain(api.users.admin.email);
    const token = /\/accept-invite\?token=([\w-]{43})/.exec(parsed.text ?? '')?.[1];
    const { data } = await callApi(api, 'invites.accept', { token, password });
    expect(data).toHaveProperty('user.role', 'moderator');
  });

  test('carries one text twice, and nothing of names can run in it', async () => {
    startMailer();
    await register('script@example.com', { name: '<script>alert(1)</script> & "Co"' });
    const { parsed } = await mailTo('script@example.com');
    expect(parsed.html).not.toContain('<script>');
    expect(parsed.text).toContain('<script>alert(1)</script> & "Co"');
    expect(parsed.html).toContain('&lt;script&gt;');
  });
});

describe('a server that is not always well', () => {
  test('is tried again after a 4xx', async () => {
    server.refuseWith(451);
    startMailer();
    await register('later@example.com');
    await vi.waitFor(async () => {
      expect(await outbox('later@example.com')).toEqual([
        expect.objectContaining({ status: 'queued', attempts: 1 }),
      ]);
    }, waiting);
    expect((await outbox('later@example.com'))[0]?.last_error).toContain('451');
    server.refuseWith(null);
    await makeDue();
    await mailTo('later@example.com');
    await vi.waitFor(async () => {
      expect(await outbox('later@example.com')).toEqual([
        expect.objectContaining({ status: 'sent', attempts: 2 }),
      ]);
    }, waiting);
  });

  test('is tried again after it was down', async () => {
    const { port } = server;
    await server[Symbol.asyncDispose]();
    startMailer();
    await register('down@example.com');
    await vi.waitFor(async () => {
      expect((await outbox('down@example.com'))[0]).toMatchObject({
        status: 'queued',
        attempts: 1,
      });
    }, waiting);
    server = await startMailServer(port);
    await makeDue();
    await mailTo('down@example.com');
  });

  test('is given up after eight tries, and the mail waits for somebody to look', async () => {
    server.refuseWith(550);
    startMailer();
    await register('never@example.com');
    for (let tries = 1; tries <= 8; tries += 1) {
      await vi.waitFor(async () => {
        expect((await outbox('never@example.com'))[0]?.attempts).toBe(tries);
      }, waiting);
      await makeDue();
    }
    expect((await outbox('never@example.com'))[0]).toMatchObject({ status: 'failed', attempts: 8 });
    expect(server.attempts()).toBe(8);
    const { data } = await callApi(
      api,
      'mails.list',
      { status: 'failed' },
      {
        isQuery: true,
        token: api.tokens.admin,
      },
    );
    const [mail]: { id: string }[] = Reflect.get(Object(data), 'data');
    server.refuseWith(null);
    await callApi(api, 'mails.retry', { mail: mail?.id }, { token: api.tokens.admin });
    await mailTo('never@example.com');
  });

  test('keeps nobody waiting who asks for something else', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    startMailer({ smtpUrl: `smtp://127.0.0.1:${address.port}` });
    const accepted = once(silent, 'connection');
    await register('stuck@example.com');
    const [socket]: Socket[] = await accepted;
    expect((await register('free@example.com')).status).toBe(200);
    expect((await callApi(api, 'auth.forgotPassword', { email: 'stuck@example.com' })).status).toBe(
      200,
    );
    const { id } = await api.deps.orm.em.fork().findOneOrFail(User, { email: 'stuck@example.com' });
    expect(
      (await callApi(api, 'users.delete', { user: id }, { token: api.tokens.admin })).status,
    ).toBe(200);
    socket?.destroy();
    silent.close();
    await once(silent, 'close');
  });
});

describe('asvs-v5.0.0-1.3.11 what people call themselves', () => {
  test.each([
    'Eve\r\nBcc: victim@example.com',
    'Eve\nSubject: other',
    'Eve\r\n\r\n<h1>body</h1>',
    'Eve\u2028Bcc: victim@example.com',
    'Eve\u0000Bcc: x',
  ])('%j is no header', async (name) => {
    startMailer();
    const answer = await register('eve@example.com', { name });
    // Control characters are refused; the line separators of Unicode are text like any other.
    expect(answer.status).toBe(name.includes('\u2028') ? 200 : 400);
    await register('after@example.com');
    await mailTo('after@example.com');
    const { rows } = await api.domain.db.query(
      `delete from users where email = 'after@example.com'`,
    );
    expect(rows).toEqual([]);
    for (const { envelope, parsed, raw } of server.received) {
      expect(envelope.to).not.toContain('victim@example.com');
      expect(parsed.bcc ?? []).toEqual([]);
      expect(parsed.cc ?? []).toEqual([]);
      expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^(?:bcc|cc):/im);
      expect(parsed.subject).toBe('Welcome');
    }
  });

  test('the names of keys and the prefix of subjects are no headers either', async () => {
    startMailer();
    const token = api.tokens.customer;
    for (const name of ['k\r\nBcc: victim@example.com', 'k\nX: y']) {
      expect((await callApi(api, 'keys.create', { name }, { token })).status).toBe(400);
      expect((await set('mail.subject_prefix', name)).status).toBe(400);
      expect((await set('mail.subject.welcome', name)).status).toBe(400);
      expect((await set('mail.from', `${name} <a@example.com>`)).status).toBe(400);
    }
    await callApi(
      api,
      'invites.create',
      { email: 'a@b.example\r\nBcc: x@y.example', role: 'admin' },
      {
        token: api.tokens.admin,
      },
    );
    await set('mail.subject_prefix', '[Größe]');
    await callApi(api, 'keys.create', { name: 'ключ 🔑' }, { token: api.tokens.otherCustomer });
    const { parsed } = await mailTo(api.users.otherCustomer.email);
    expect(parsed.subject).toBe('[Größe] New key: ключ 🔑');
    expect(server.received).toHaveLength(1);
  });
});

test('every kind of mail has the subject that is set for it, from the next mail on', async () => {
  startMailer();
  await set('mail.subject.welcome', 'Willkommen bei Größe & Co');
  await set('mail.subject.key_created', 'Acme key “{name}”');
  await register('own-words@example.com');
  expect((await mailTo('own-words@example.com')).parsed.subject).toBe('Willkommen bei Größe & Co');
  const token = api.tokens.admin;
  await callApi(api, 'keys.create', { name: '{name} $& 🔑' }, { token });
  expect((await mailTo(api.users.admin.email)).parsed.subject).toBe('Acme key “{name} $& 🔑”');
  await callApi(api, 'settings.unset', { name: 'mail.subject.welcome' }, { token });
  await register('our-words@example.com');
  expect((await mailTo('our-words@example.com')).parsed.subject).toBe('Welcome');
});

describe('where mails go and from whom', () => {
  test('the environment wins over the settings', async () => {
    await using other = await startMailServer();
    await set('mail.smtp_url', other.url);
    await set('mail.from', 'Settings <settings@example.com>');
    startMailer({ from: 'Environment <environment@example.com>' });
    await register('wins@example.com');
    const { parsed, envelope } = await mailTo('wins@example.com');
    expect(parsed.from).toMatchObject({ name: 'Environment', address: 'environment@example.com' });
    expect(envelope.from).toBe('environment@example.com');
    expect(other.received).toEqual([]);
  });

  test('a mail server that is set later is used without a restart, another one after it too', async () => {
    startMailer({ smtpUrl: null });
    await register('kept@example.com');
    await vi.waitFor(async () => {
      expect(await outbox('kept@example.com')).toEqual([
        expect.objectContaining({ status: 'kept' }),
      ]);
    }, waiting);
    await set('mail.smtp_url', server.url.replace('//', '//user:hidden@'));
    await set('mail.from', 'Acme <support@acme.example>');
    await register('set@example.com');
    const { parsed } = await mailTo('set@example.com');
    expect(parsed.from).toMatchObject({ name: 'Acme', address: 'support@acme.example' });
    expect(server.logins).toEqual(['user:hidden']);
    await using second = await startMailServer();
    await set('mail.smtp_url', second.url);
    await register('moved@example.com');
    await mailTo('moved@example.com', second);
    const settings = await callApi(api, 'settings.list', undefined, {
      isQuery: true,
      token: api.tokens.admin,
    });
    expect(settings.text).not.toContain('hidden');
    expect(api.logLines.join('')).not.toContain('hidden');
  });

  test('two senders at once send each mail once', async () => {
    startMailer();
    await using second = new Mailer(api.deps, { smtpUrl: server.url, from: null, pollMs: 10 });
    expect(second).toBeInstanceOf(Mailer);
    const names = Array.from({ length: 12 }, (_, at) => `twice-${at}@example.com`);
    await Promise.all(names.map((email) => register(email)));
    await vi.waitFor(() => expect(server.received.length).toBe(names.length), waiting);
    await vi.waitFor(async () => {
      const { rows } = await api.domain.db.query(`select 1 from mails where status <> 'sent'`);
      expect(rows).toEqual([]);
    }, waiting);
    const reached = server.received.flatMap(({ envelope }) => envelope.to);
    expect(reached.toSorted()).toEqual(names.toSorted());
  });
});
