import { expect, test, type Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { codeIn } from '../fixtures/do-it-in-code.ts';
import { startHostileSite } from '../fixtures/hostile-site.ts';
import { mailedLink } from '../fixtures/mailed-link.ts';
import { signIn } from '../fixtures/sign-in.ts';

const password = 'harbour violet tickle nine';
const otherPassword = 'lantern crisp odd meadow';

let apigate: Apigate;
let made: Quickstart;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

interface UserRow {
  id: string;
  name: string | null;
  status: string;
}

async function createCustomer(email: string): Promise<UserRow> {
  return (await apigate.cli(
    ...['users', 'create', '--email', email, '--password', password],
  )) as UserRow;
}

async function getUser(email: string): Promise<UserRow> {
  return (await apigate.cli('users', 'get', email)) as UserRow;
}

async function submitCredentials(page: Page, email: string, pass: string): Promise<void> {
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(pass);
  await page.keyboard.press('Enter');
}

test('a stranger signs up, confirms the address, and calls with a first key', async ({ page }) => {
  const email = 'new@example.com';
  await apigate.cli('settings', 'set', 'require_email_verification', 'true');
  await page.goto(`${made.apiUrl}/portal/login`);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(page.getByRole('heading', { name: 'Create an account' })).toBeVisible();

  await submitCredentials(page, email, 'password');
  await expect(page.getByText('Password is too easy to guess.')).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await page.getByLabel('Password', { exact: true }).fill(password);
  await expect(page.getByRole('meter', { name: 'Password strength' })).toHaveAttribute(
    'aria-valuetext',
    'Very strong',
  );
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused();

  await signIn(page, `${made.apiUrl}/portal/login`, email, password);
  await expect(page.getByText('Your e-mail address is not confirmed yet')).toBeVisible();

  const link = await mailedLink(apigate, 'verify_email', email);
  await page.goto(link);
  const confirm = page.getByRole('button', { name: 'Confirm address' });
  await expect(confirm).toBeVisible();
  // A mail scanner opens the link too; that alone confirms nothing.
  expect((await getUser(email)).status).toBe('pending');
  await confirm.click();
  await expect(page.getByRole('heading', { name: 'Your address is confirmed' })).toBeFocused();
  expect((await getUser(email)).status).toBe('active');

  await page.getByRole('link', { name: 'Go to your portal' }).click();
  await page.getByRole('button', { name: 'Create key' }).click();
  const key = await page.getByLabel('Key', { exact: true }).textContent();
  const response = await fetch(`${made.proxyUrl}/echo/hello`, {
    headers: { 'x-api-key': key ?? '' },
  });
  expect(response.status).toBe(200);
  await expect(page.getByText('not confirmed yet')).toBeHidden();

  await page.goto(link);
  await confirm.click();
  await expect(page.getByRole('heading', { name: 'This link is not good' })).toBeVisible();
  await apigate.cli('settings', 'unset', 'require_email_verification');
});

test('a forgotten password is set anew by the link in the mail, once', async ({ page }) => {
  const email = 'forgetful@example.com';
  await createCustomer(email);
  await page.goto(`${made.apiUrl}/portal/login`);
  await page.getByRole('link', { name: 'Forgot password?' }).click();
  await expect(page.getByRole('heading', { name: 'Forgot password?' })).toBeVisible();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send link' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();

  const link = await mailedLink(apigate, 'reset_password', email);
  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill(otherPassword);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('Your new password is set')).toBeVisible();

  await submitCredentials(page, email, password);
  await expect(page.getByText('do not belong together')).toBeVisible();
  await submitCredentials(page, email, otherPassword);
  await expect(page.getByRole('button', { name: `Account ${email}` })).toBeVisible();

  await page.goto(link);
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('heading', { name: 'This link is not good' })).toBeVisible();
});

test('a second factor is set up by scanning, and asked for at the next sign-in', async ({
  page,
}) => {
  const email = 'careful@example.com';
  await createCustomer(email);
  await signIn(page, `${made.apiUrl}/portal/security`, email, password);
  await page.getByRole('button', { name: 'Set up second factor' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByRole('img', { name: /^QR code/ })).toBeVisible();
  const secret = (await dialog.getByLabel('Secret', { exact: true }).textContent()) ?? '';
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) });
  await dialog.getByLabel('Code', { exact: true }).fill(totp.generate());
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  const recoveryCodes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(recoveryCodes).toHaveCount(10);
  const [recoveryCode = ''] = await recoveryCodes.allTextContents();
  await page.getByRole('button', { name: 'Done, I have stored them' }).click();
  await expect(page.getByText('10 recovery codes are left')).toBeVisible();

  async function signOutAndIn(): Promise<void> {
    await page.getByRole('button', { name: `Account ${email}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await submitCredentials(page, email, password);
    await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
    await expect(page.getByLabel('Code', { exact: true })).toBeFocused();
  }

  await signOutAndIn();
  await page.keyboard.type('000000');
  await page.keyboard.press('Enter');
  await expect(page.getByText('This code is wrong, or was used before.')).toBeVisible();
  // The code that set it up was used; the next one is good already.
  await page.keyboard.type(totp.generate({ timestamp: Date.now() + 30_000 }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: `Account ${email}` })).toBeVisible();

  await signOutAndIn();
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code', { exact: true }).fill(recoveryCode);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: `Account ${email}` })).toBeVisible();
  await page.goto(`${made.apiUrl}/portal/security`);
  await expect(page.getByText('9 recovery codes are left')).toBeVisible();
});

test('an admin who must have a second factor is led to it, and then to the console', async ({
  page,
}) => {
  const email = 'second-admin@example.com';
  await apigate.cli(
    ...['users', 'create', '--email', email, '--password', password, '--role', 'admin'],
  );
  await apigate.cli('settings', 'set', 'auth.require_2fa_for_admins', 'true');
  await signIn(page, `${made.apiUrl}/console`, email, password);
  await expect(page.getByText('Admins need a second factor here')).toBeVisible();
  await page.goto(`${made.apiUrl}/portal/keys`);
  await expect(page.getByText('Admins need a second factor here')).toBeVisible();

  await page.getByRole('button', { name: 'Set up second factor' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  const secret = (await dialog.getByLabel('Secret', { exact: true }).textContent()) ?? '';
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) });
  await dialog.getByLabel('Code', { exact: true }).fill(totp.generate());
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Done, I have stored them' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await apigate.cli('settings', 'unset', 'auth.require_2fa_for_admins');
});

test('an invited moderator chooses a password and is in the console', async ({ page }) => {
  const email = 'moderator@example.com';
  await apigate.cli('invites', 'create', '--email', email, '--role', 'moderator');
  await page.goto(await mailedLink(apigate, 'invite', email));
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await expect(page.getByText('a moderator, who looks after customers')).toBeVisible();
  await page.getByLabel('Name').fill('Mo');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Accept invitation' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
});

test('an address changes when both ends have confirmed it', async ({ page }) => {
  const [oldEmail, newEmail] = ['before@example.com', 'after@example.com'];
  await createCustomer(oldEmail);
  await signIn(page, `${made.apiUrl}/portal/security`, oldEmail, password);
  const panel = page.getByRole('region', { name: 'E-mail address' });
  await panel.getByLabel('New address').fill(newEmail);
  await panel.getByLabel('Current password', { exact: true }).fill(password);
  await panel.getByRole('button', { name: 'Change address' }).click();
  await expect(panel.getByText('Two mails are on their way')).toBeVisible();

  await page.goto(await mailedLink(apigate, 'email_change_new', newEmail));
  await page.getByRole('button', { name: 'Confirm change' }).click();
  await expect(page.getByRole('heading', { name: 'Your new address has said yes' })).toBeVisible();
  await page.goto(await mailedLink(apigate, 'email_change_old', oldEmail));
  await page.getByRole('button', { name: 'Confirm change' }).click();
  await expect(page.getByRole('heading', { name: 'Your address has changed' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to your portal' }).click();
  await expect(page.getByRole('button', { name: `Account ${newEmail}` })).toBeVisible();
});

test('a session that runs elsewhere is seen and ended', async ({ page, browser }) => {
  const email = 'two-places@example.com';
  await createCustomer(email);
  const elsewhere = await browser.newContext({ userAgent: 'apigate-test/1' });
  const other = await elsewhere.newPage();
  await signIn(other, `${made.apiUrl}/portal`, email, password);
  await signIn(page, `${made.apiUrl}/portal/security`, email, password);
  await page.getByRole('button', { name: 'End the session of apigate-test' }).click();
  const asked = page.getByRole('dialog', { name: 'End the session of apigate-test?' });
  await expect(asked.getByText(/^From [\d.:]+, last used/)).toBeVisible();
  const inCode = await codeIn(asked, 'CLI');
  await asked.getByRole('button', { name: 'End session' }).click();
  await expect(page.getByText('The session of apigate-test has ended.')).toBeVisible();
  await other.reload();
  await expect(other.getByText('Your session has ended.')).toBeVisible();

  await submitCredentials(other, email, password);
  await expect(other.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'End the session of apigate-test' }).click();
  const another = await codeIn(asked, 'CLI');
  expect(another).not.toBe(inCode);
  await apigate.paste(another);
  await other.reload();
  await expect(other.getByText('Your session has ended.')).toBeVisible();
  await elsewhere.close();
});

test('who is suspended while signed in is led to sign-in and told there', async ({ page }) => {
  const email = 'trouble@example.com';
  await createCustomer(email);
  await signIn(page, `${made.apiUrl}/portal/keys`, email, password);
  await page.getByRole('button', { name: 'Create key' }).first().click();
  await page.getByLabel('Name').fill('Too late');
  await apigate.cli('users', 'suspend', email);
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByText('Your session has ended.')).toBeVisible();
  await submitCredentials(page, email, password);
  await expect(page.getByText('This account is suspended.')).toBeVisible();
});

interface Target {
  apiUrl: string;
  /** What the attacker would like to be sent: a path and the JSON for it. */
  calls: [string, string][];
}

function targetOf(victim: UserRow, attackerEmail: string): Target {
  const credentials = { email: attackerEmail, password, cookies: true };
  const wrapped = (input: object) => JSON.stringify({ json: input });
  return {
    apiUrl: made.apiUrl,
    calls: [
      ['/trpc/users.update', wrapped({ user: victim.id, name: 'Mallory' })],
      ['/trpc/keys.create', wrapped({ name: 'Mallory', expiresAt: null })],
      ['/trpc/sessions.endOthers', '{}'],
      ['/trpc/auth.signOut', wrapped({})],
      ['/trpc/auth.refresh', wrapped({})],
      ['/trpc/auth.signIn', wrapped(credentials)],
      ['/auth/login', JSON.stringify(credentials)],
      ['/auth/refresh', '{}'],
      ['/auth/logout', '{}'],
      ['/auth/logout', ''],
    ],
  };
}

/** Every way in which a page can send something to another site while it stays open; says what it could read. */
function attackFromWithin(page: Page, target: Target): Promise<string[]> {
  return page.evaluate(async ({ apiUrl, calls }) => {
    const outcomes: string[] = [];

    async function byFetch(path: string, init: RequestInit): Promise<void> {
      const outcome = await fetch(apiUrl + path, { credentials: 'include', ...init }).then(
        ({ type, ok }) => (type === 'opaque' || !ok ? 'unread' : `READ ${path}`),
        () => 'unread',
      );
      outcomes.push(outcome);
    }

    /** A form has no JSON, but text/plain is near enough: the "=" between name and value goes into a string. */
    async function byForm(path: string, enctype: string, body: string): Promise<void> {
      const frame = document.createElement('iframe');
      frame.name = `frame-${outcomes.length}`;
      document.body.append(frame);
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: apiUrl + path, enctype, target: frame.name });
      const field = document.createElement('input');
      const cut = Math.max(body.lastIndexOf('"'), 0);
      field.name = body.slice(0, cut);
      field.value = body.slice(cut);
      form.append(field);
      document.body.append(form);
      const answered = new Promise((resolve) => frame.addEventListener('load', resolve));
      form.submit();
      await answered;
      outcomes.push('unread');
    }

    async function byImage(path: string): Promise<void> {
      const image = new Image();
      const answered = new Promise((resolve) => {
        image.addEventListener('load', resolve);
        image.addEventListener('error', resolve);
      });
      image.src = apiUrl + path;
      await answered;
      outcomes.push('unread');
    }

    for (const [path, body] of calls) {
      const asQuery = `${path}?input=${encodeURIComponent(body)}`;
      for (const mode of ['no-cors', 'cors'] as const) {
        for (const type of ['text/plain', 'application/json']) {
          await byFetch(path, { method: 'POST', mode, headers: { 'content-type': type }, body });
        }
        await byFetch(asQuery, { mode });
      }
      for (const enctype of ['text/plain', 'application/x-www-form-urlencoded']) {
        await byForm(path, enctype, body);
      }
      await byImage(asQuery);
    }
    // What is there to be read must not be read by others either.
    await byFetch('/trpc/auth.me', { mode: 'cors' });
    await byFetch('/trpc/keys.list?input=%7B%22json%22%3A%7B%7D%7D', { mode: 'cors' });
    return outcomes;
  }, target);
}

/** Sends the visitor away by a form, which is the one way that sets cookies of the other site. */
async function attackByLeaving(page: Page, hostileUrl: string, target: Target): Promise<void> {
  for (const [path, body] of target.calls) {
    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded']) {
      await page.goto(hostileUrl);
      const left = page.waitForURL((url) => url.href.startsWith(target.apiUrl));
      await page.evaluate(
        ([action = '', type = '', text = '']) => {
          const form = document.createElement('form');
          Object.assign(form, { method: 'post', action, enctype: type });
          const field = document.createElement('input');
          const cut = Math.max(text.lastIndexOf('"'), 0);
          field.name = text.slice(0, cut);
          field.value = text.slice(cut);
          // Without a field the form has no body at all.
          if (text !== '') form.append(field);
          document.body.append(form);
          form.submit();
        },
        [target.apiUrl + path, enctype, body],
      );
      await left;
    }
  }
}

for (const host of ['localhost', '127.0.0.1']) {
  test(`a page at another port of ${host} changes and reads nothing`, async ({ page, context }) => {
    test.setTimeout(120_000);
    const email = `victim@${host === 'localhost' ? 'same-site' : 'cross-site'}.example`;
    const victim = await createCustomer(email);
    await createCustomer(`attacker-${email}`);
    await signIn(page, `${made.apiUrl}/portal`, email, password);
    await expect(page.getByRole('button', { name: `Account ${email}` })).toBeVisible();
    const cookies = await context.cookies(made.apiUrl);
    const sessions = await apigate.cli('sessions', 'list', '--user', email);

    await using hostile = await startHostileSite();
    const hostileUrl = `http://${host}:${hostile.port}/`;
    const target = targetOf(victim, `attacker-${email}`);
    const visit = await context.newPage();
    let sent = 0;
    const answers: string[] = [];
    visit.on('request', (request) => {
      if (request.url().startsWith(made.apiUrl)) sent += 1;
    });
    visit.on('response', (response) => {
      const { pathname, origin } = new URL(response.url());
      if (origin === made.apiUrl) answers.push(`${response.status()} ${pathname}`);
    });
    await visit.goto(hostileUrl);
    const outcomes = await attackFromWithin(visit, target);
    expect(outcomes.length).toBe(9 * target.calls.length + 2);
    expect(outcomes.filter((outcome) => outcome.startsWith('READ'))).toEqual([]);
    await attackByLeaving(visit, hostileUrl, target);
    expect(sent).toBeGreaterThanOrEqual(11 * target.calls.length);
    // Most answers the browser itself keeps from the page; a sign-out of nobody is all that succeeds.
    const succeeded = answers.filter((answer) => !answer.startsWith('4'));
    expect(succeeded.filter((answer) => answer !== '200 /auth/logout')).toEqual([]);

    expect((await getUser(email)).name).toBeNull();
    expect(await apigate.cli('keys', 'list', '--user', email)).toMatchObject({ data: [] });
    expect(await apigate.cli('sessions', 'list', '--user', email)).toEqual(sessions);
    expect(await context.cookies(made.apiUrl)).toEqual(cookies);
    await page.reload();
    await expect(page.getByRole('button', { name: `Account ${email}` })).toBeVisible();

    // The same call from a page of ours does change the name, so it was not for a fault of the call.
    const [path = '', body = ''] = target.calls[0] ?? [];
    const status = await page.evaluate(
      async ([ownPath = '', ownBody = '']) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(ownPath, { method: 'POST', headers, body: ownBody })).status;
      },
      [path, body],
    );
    expect(status).toBe(200);
    expect((await getUser(email)).name).toBe('Mallory');
  });
}
