import { ApigateError, createApigate } from '@apigate/sdk';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Gateway, startGateway } from './testing/gateway.ts';
import { openShell, type Shell } from './testing/shell.ts';

const password = 'correct horse battery staple';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let server: Gateway;
let shell: Shell;

beforeAll(async () => {
  server = await startGateway();
  shell = await openShell({ APIGATE_URL: server.url, APIGATE_TOKEN: server.token });
}, 60_000);

afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const page = z.object({ data: z.array(z.object({ id: z.string(), status: z.string() })) });

/** The id of the newest mail made from a template. */
async function newestMail(template: string): Promise<string> {
  const list = await shell.json(`apigate mails list --template ${template} --limit 1`);
  return page.parse(list).data[0]?.id ?? '';
}

/** The token of the link that a mail shows to a person. */
async function tokenInMail(template: string, path: string): Promise<string> {
  const { stdout } = await shell.run(`apigate mails show ${await newestMail(template)}`);
  const link = stdout.split('\n').find((line) => line.includes(`${path}?token=`));
  return new URL(link ?? '').searchParams.get('token') ?? '';
}

/** A client with the token of a user, who has signed in. */
async function signedIn(email: string) {
  const { accessToken } = await createApigate(server).auth.signIn({ email, password });
  return createApigate({ url: server.url, token: accessToken ?? '' });
}

describe('settings', () => {
  test('are set as the users guide says, and put back', async () => {
    const name = 'require_email_verification';
    expect(await shell.run(`apigate settings set ${name} true`)).toEqual({
      exitCode: 0,
      stdout: `${name} is true.\n`,
      stderr: '',
    });
    expect(await shell.json(`apigate settings get ${name}`)).toMatchObject({
      value: true,
      default: false,
      is_set: true,
    });
    expect(await shell.json(`apigate settings unset ${name}`)).toMatchObject({
      value: false,
      is_set: false,
    });
    expect((await shell.run('apigate settings list')).stdout).toMatch(
      /^password\.min_length +8 +no +Characters /m,
    );
    expect((await shell.run('apigate settings list --csv')).stdout).toContain(
      'auth.registration_open,true,true,false,',
    );
  });

  test('of another type are refused in a sentence of the server', async () => {
    for (const [setting, sentence] of [
      ['require_email_verification maybe', 'expected boolean'],
      ['password.min_length -7', 'Too small'],
      ['no_such_thing 1', 'There is no such setting'],
    ] as const) {
      const { exitCode, stdout, stderr } = await shell.run(`apigate settings set ${setting}`);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain(sentence);
      expect(stderr).toMatch(/^error: .+ \(\w+, request [\w-]+\)\n/);
    }
  });

  test('that are secret are asked for unseen and shown nowhere', async () => {
    const typed = 'smtp://relay:hunter2@127.0.0.1:9';
    const set = await shell.converse('apigate settings set mail.smtp_url', 'Value:', typed);
    expect(set.stdout).toContain('mail.smtp_url is set (secret).');
    expect(await shell.json('apigate settings get mail.smtp_url')).toMatchObject({
      value: null,
      is_set: true,
    });
    const everywhere = [
      'apigate settings list',
      'apigate settings list --json',
      'apigate settings list --csv',
      'apigate settings unset mail.smtp_url',
      'apigate audit export --format json --target mail.smtp_url',
    ];
    const { stdout, stderr } = await shell.run(everywhere.join('; '));
    expect(stderr).toBe('');
    expect(set.stdout + stdout).not.toContain('hunter2');
    expect(stdout).toContain('"action":"settings.unset"');
  });
});

describe('accounts', () => {
  test('an invitation is mailed, accepted through the SDK, and makes a moderator', async () => {
    const create = 'apigate invites create --email mary@example.com --role moderator';
    expect(await shell.json(create)).toMatchObject({ email: 'mary@example.com' });
    expect((await shell.run('apigate invites list')).stdout).toMatch(
      /^mary@example\.com +moderator +/m,
    );
    const api = createApigate({ url: server.url });
    const token = await tokenInMail('invite', '/accept-invite');
    expect(await api.invites.offer(token)).toMatchObject({ role: 'moderator' });
    const { accessToken } = await api.invites.accept({ token, password });
    expect(await shell.run(`apigate whoami --token ${accessToken}`)).toMatchObject({
      stdout: 'mary@example.com (moderator)\n',
    });
    expect(await shell.run('apigate invites list')).toMatchObject({ stderr: 'No invitations.\n' });
  });

  test('an invitation is revoked by its address, after a question', async () => {
    await shell.json('apigate invites create --email max@example.com --role admin');
    const token = await tokenInMail('invite', '/accept-invite');
    const revoke = 'apigate invites revoke max@example.com';
    expect(await shell.run(revoke)).toMatchObject({ exitCode: 2 });
    expect(await shell.run(`${revoke} --yes`)).toMatchObject({
      exitCode: 0,
      stdout: 'The invitation max@example.com is revoked.\n',
    });
    expect(await shell.run(`${revoke} --yes`)).toMatchObject({
      exitCode: 1,
      stderr: 'error: no invitation of max@example.com\n',
    });
    const offer = createApigate({ url: server.url }).invites.offer(token);
    await expect(offer).rejects.toMatchObject({ code: 'invalid_link' });
  });

  test('a sign-in asks for the code of a second factor, and takes it as a flag', async () => {
    const email = 'john@example.com';
    await createApigate(server).users.create({ email, password });
    const john = await signedIn(email);
    const { secret } = await john.security.beginTotp(password);
    const authenticator = new TOTP({ secret: Secret.fromBase32(secret) });
    const { recoveryCodes } = await john.security.confirmTotp(authenticator.generate());
    const nextCode = authenticator.generate({ timestamp: Date.now() + 30_000 });

    await using other = await openShell();
    const login = `apigate login --url ${server.url} --email ${email} --password '${password}'`;
    expect(await other.run(login)).toMatchObject({
      exitCode: 2,
      stderr: 'error: the account has a second factor: give a code of it with --code\n',
    });
    const done = `Signed in to ${server.url} as ${email} (customer).`;
    expect(await other.run(`${login} --code ${nextCode}`)).toMatchObject({ stdout: `${done}\n` });
    expect(await other.run('apigate whoami')).toMatchObject({ stdout: `${email} (customer)\n` });
    const again = await other.run(`${login} --code ${nextCode}`);
    expect(again).toMatchObject({ exitCode: 1 });
    expect(again.stderr).toContain('(invalid_credentials, ');

    const [recoveryCode = ''] = recoveryCodes;
    const talk = await other.converse(login, 'Code of your second factor:', recoveryCode);
    expect(talk.exitCode).toBe(0);
    expect(talk.stdout).toContain(done);
  });

  test('a forgotten password is set anew by the link in the outbox', async () => {
    const email = 'jane@example.com';
    const api = createApigate({ url: server.url });
    await createApigate(server).users.create({ email, password });
    await api.auth.forgotPassword(email);
    await expect.poll(() => newestMail('reset_password'), { timeout: 10_000 }).not.toBe('');
    const token = await tokenInMail('reset_password', '/auth/reset-password');
    await api.auth.resetPassword({ token, password: 'battery staple correct horse' });
    await expect(signedIn(email)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await using other = await openShell();
    expect(
      await other.run(
        `apigate login --url ${server.url} --email ${email} --password 'battery staple correct horse'`,
      ),
    ).toMatchObject({ exitCode: 0 });
  });

  test('sessions are listed and ended, at once', async () => {
    const email = 'jim@example.com';
    await createApigate(server).users.create({ email, password });
    const jim = await signedIn(email);
    const sessions = z
      .object({ data: z.array(z.object({ id: z.string(), current: z.boolean() })) })
      .parse(await shell.json(`apigate sessions list --user ${email}`));
    expect(sessions.data).toEqual([{ id: expect.any(String), current: false }]);
    expect(await shell.run('apigate sessions list')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('error: Say which user'),
    });
    const end = `apigate sessions end ${sessions.data[0]?.id}`;
    expect(await shell.run(end)).toMatchObject({ exitCode: 0 });
    await expect(jim.auth.me()).rejects.toBeInstanceOf(ApigateError);
    expect(await shell.run(end)).toMatchObject({ exitCode: 1 });
  });

  test('suspension keeps its reason, and a set password is good at once', async () => {
    const email = 'joan@example.com';
    await createApigate(server).users.create({ email });
    const suspend = `apigate users suspend ${email} --reason "unpaid invoice"`;
    expect(await shell.json(suspend)).toMatchObject({ suspended_reason: 'unpaid invoice' });
    await shell.json(`apigate users activate ${email}`);
    await shell.json(`apigate users set-password ${email} --password '${password}'`);
    const joan = await signedIn(email);
    expect(await joan.auth.me()).toMatchObject({ user: { email } });
  });
});

describe('mails', () => {
  test('show what became of them, and can be tried again', async () => {
    await shell.json('apigate invites create --email mona@example.com --role moderator');
    const id = await newestMail('invite');
    const status = async () =>
      page.parse(await shell.json('apigate mails list --limit 1')).data[0]?.status;
    await expect.poll(status, { timeout: 10_000 }).toBe('kept');
    expect((await shell.run('apigate mails list --status kept')).stdout).toMatch(
      /^\S+ \S+ +mona@example\.com +You are invited as moderator +kept +/m,
    );
    expect(await shell.run(`apigate mails retry ${id}`)).toMatchObject({
      exitCode: 0,
      stdout: 'The mail to mona@example.com is queued.\n',
    });
  });
});
