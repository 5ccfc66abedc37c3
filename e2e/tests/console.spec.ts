import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { codeIn } from '../fixtures/do-it-in-code.ts';
import { signIn, signInAs } from '../fixtures/sign-in.ts';

test.describe.configure({ mode: 'serial' });

const moderator = { email: 'mary@example.com', password: 'correct horse battery' };
let apigate: Apigate;
let made: Quickstart;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

async function openConsole(page: Page, section: string): Promise<void> {
  await signIn(page, `${made.apiUrl}/console`, made.adminEmail, made.adminPassword);
  await page.getByRole('navigation').getByRole('link', { name: section }).click();
  await expect(page.getByRole('heading', { name: section, level: 1 })).toBeVisible();
}

async function openUser(page: Page, email: string): Promise<void> {
  await openConsole(page, 'Users');
  await page.getByRole('link', { name: email }).click();
  await expect(page.getByRole('heading', { name: email })).toBeVisible();
}

test('an invited moderator comes by the link in the outbox, and sees the console but no settings', async ({
  page,
  browser,
}) => {
  await openConsole(page, 'Invites');
  await page.getByRole('button', { name: 'Invite', exact: true }).first().click();
  await page.getByLabel('E-mail').fill(moderator.email);
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await expect(page.getByRole('row', { name: moderator.email })).toContainText('Waiting');

  await page.getByRole('link', { name: 'Mail outbox' }).click();
  const row = page.getByRole('row', { name: moderator.email });
  await expect(row).toContainText('Waiting here');
  await row.getByRole('link', { name: 'You are invited as moderator' }).click();
  const link = await page.getByRole('region', { name: 'link', exact: true }).textContent();

  await using theirs = await browser.newContext();
  const theirPage = await theirs.newPage();
  await theirPage.goto(link ?? '');
  await theirPage.getByLabel('Password', { exact: true }).fill(moderator.password);
  await theirPage.getByRole('button', { name: 'Accept invitation' }).click();
  await expect(theirPage.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await theirPage.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
  await expect(theirPage.getByRole('link', { name: made.customerEmail })).toBeVisible();
  await expect(theirPage.getByRole('link', { name: 'Settings' })).toBeHidden();
  await theirPage.goto(`${made.apiUrl}/console/settings`);
  await expect(theirPage.getByRole('heading', { name: 'This page is for admins' })).toBeVisible();

  // Of customers they may change the name, and neither the plan nor the role.
  await theirPage.getByRole('link', { name: 'Go to the users' }).click();
  await theirPage.getByRole('link', { name: made.customerEmail }).click();
  await theirPage.getByRole('button', { name: 'Edit…' }).click();
  await expect(theirPage.getByLabel('Username')).toBeVisible();
  await expect(theirPage.getByLabel('Plan')).toBeHidden();
  await theirPage.getByRole('button', { name: 'Cancel' }).click();
  await expect(theirPage.getByRole('link', { name: 'Requests' })).toBeVisible();
  await expect(theirPage.getByRole('link', { name: 'Audit' })).toBeHidden();

  await page.goto(`${made.apiUrl}/console/invites`);
  await expect(page.getByRole('heading', { name: 'Nobody is waiting' })).toBeVisible();
});

test('a setting that is changed in the console is in force at once, and goes back to its default', async ({
  page,
}) => {
  const register = async () => {
    const response = await fetch(`${made.apiUrl}/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'new@example.com', password: 'short' }),
    });
    return (await response.json()) as { code: string };
  };
  expect(await register()).toMatchObject({ code: 'bad_request' });

  await openConsole(page, 'Settings');
  const isOpen = page.getByRole('switch', { name: 'auth.registration_open' });
  await isOpen.click();
  await expect(page.getByText('auth.registration_open is off.')).toBeVisible();
  expect(await register()).toMatchObject({ code: 'registration_closed' });
  await page.getByRole('button', { name: 'Reset auth.registration_open' }).click();
  await expect(isOpen).toBeChecked();
  expect(await register()).toMatchObject({ code: 'bad_request' });

  const sender = page.getByRole('textbox', { name: 'mail.from' });
  await sender.fill('nobody');
  await page.getByRole('button', { name: 'Save mail.from' }).click();
  await expect(page.getByText('must be an address such as')).toBeVisible();
  await sender.fill('Acme <support@example.com>');
  await sender.press('Enter');
  await expect(page.getByText('mail.from is Acme <support@example.com>.')).toBeVisible();

  await page.getByRole('textbox', { name: 'mail.smtp_url' }).fill('smtp://user:secret@127.0.0.1:1');
  await page.getByRole('button', { name: 'Save mail.smtp_url' }).click();
  await expect(page.getByText('mail.smtp_url is set.')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'mail.smtp_url' })).toHaveValue('');
  await page.getByRole('button', { name: 'Remove mail.smtp_url' }).click();
  const asked = page.getByRole('dialog', { name: 'Remove mail.smtp_url?' });
  await asked.getByRole('button', { name: 'Remove setting' }).click();
  await expect(page.getByText('mail.smtp_url is removed.')).toBeVisible();
});

test('a user is added with name and plan, verified, given a password, made an admin and a customer again', async ({
  page,
  browser,
}) => {
  const [email, name, password] = ['acme@example.com', 'Acme Corp', 'lantern crisp odd meadow'];
  await signInAs(page.context(), made, 'admin');
  await page.goto(`${made.apiUrl}/console/users`);
  await page.getByRole('button', { name: 'Add user' }).click();
  const added = page.getByRole('dialog', { name: 'Add user' });
  await added.getByLabel('E-mail').fill(email);
  await added.getByLabel('Name').fill(name);
  await added.getByLabel('Plan').selectOption('Pro');
  await added.getByRole('button', { name: 'Save user' }).click();
  await expect(page.getByRole('heading', { name: email })).toBeVisible();
  await expect(page.getByText('of 100,000 used')).toBeVisible();
  const profile = page.getByRole('region', { name: 'Profile' });
  await expect(profile).toContainText(name);
  await profile.getByRole('button', { name: 'Mark as verified' }).click();
  await expect(page.getByText(`${email} is verified.`)).toBeVisible();
  await expect(profile.getByRole('button', { name: 'Mark as verified' })).toBeHidden();
  await page.getByRole('button', { name: `Actions for ${email}` }).click();
  await page.getByRole('menuitem', { name: 'Set password…' }).click();
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set password', exact: true }).click();
  await expect(page.getByText(`${email} has a new password`)).toBeVisible();

  await using theirs = await browser.newContext();
  const theirPage = await theirs.newPage();
  const makeThem = async (role: string): Promise<void> => {
    await page.getByRole('button', { name: 'Edit…' }).click();
    await page.getByRole('dialog').getByLabel('Role').selectOption(role);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(profile).toContainText(role);
    await theirPage.reload();
  };
  const noConsole = theirPage.getByRole('heading', { name: /^The console is for/ });
  await signIn(theirPage, `${made.apiUrl}/portal`, email, password);
  await theirPage.goto(`${made.apiUrl}/console/settings`);
  await expect(noConsole).toBeVisible();
  await makeThem('Admin');
  await expect(theirPage.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await theirPage.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await expect(theirPage.getByRole('switch', { name: 'require_email_verification' })).toBeVisible();
  await makeThem('Customer');
  await expect(noConsole).toBeVisible();

  await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Plan' }).click();
  await page.getByRole('menuitemradio', { name: 'Pro' }).click();
  await expect(page.getByRole('link', { name: made.customerEmail })).toBeHidden();
  await expect(page.getByRole('row', { name: email })).toContainText(name);
  await page.getByRole('button', { name: 'Import and export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split(/\r?\n/);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^acme@example\.com,Acme Corp,pro\b/i);
});

test('plan and metadata of a user change on their page, and the audit log tells both', async ({
  page,
}) => {
  await openUser(page, made.customerEmail);
  const edited = page.getByRole('dialog', { name: `Edit ${made.customerEmail}` });
  const edit = page.getByRole('button', { name: 'Edit…' });
  await edit.click();
  await edited.getByLabel('Username').fill('obrien');
  await edited.getByText('Ids elsewhere').click();
  await edited.getByLabel('External id').fill('crm-4711');
  await edited.getByLabel('Customer at Stripe').fill('cus_4711');
  await apigate.paste(await codeIn(edited, 'CLI'));
  await page.reload();
  await edit.click();
  await expect(edited.getByLabel('External id')).toHaveValue('crm-4711');
  await edited.getByLabel('Username').fill('');
  await apigate.paste(await codeIn(edited, 'CLI'));
  await edited.getByRole('button', { name: 'Cancel' }).click();
  expect(await apigate.cli('users', 'get', made.customerEmail)).toMatchObject({
    username: null,
    external_id: 'crm-4711',
    stripe_customer_id: 'cus_4711',
  });
  await edit.click();
  await page.getByLabel('Plan').selectOption('Pro');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('of 100,000 used')).toBeVisible();

  await page.getByRole('link', { name: 'Metadata' }).click();
  await page.getByRole('button', { name: 'Edit metadata…' }).click();
  await page.getByLabel('Name 1').fill('company_size');
  await page.getByLabel('Value 1').fill('10-50');
  await page.getByRole('button', { name: 'Save metadata' }).click();
  await expect(page.getByRole('region', { name: 'Metadata' })).toContainText('10-50');
  const response = await fetch(`${made.proxyUrl}/echo/hello`, {
    headers: { 'x-api-key': made.customerKey },
  });
  expect(await response.text()).toContain('"x-user-meta-company-size": "10-50"');

  await page
    .getByRole('navigation', { name: 'Parts' })
    .getByRole('link', { name: 'Audit' })
    .click();
  const events = page.getByRole('table', { name: 'Audit events' });
  await events.getByRole('button', { name: 'User changed' }).first().click();
  const changed = page.getByRole('row', { name: 'metadata.company_size' });
  await expect(changed.getByRole('cell')).toHaveText(['none', '10-50']);
});

test('deleting a user asks for the address, offers suspension, and stops the key', async ({
  page,
}) => {
  await openUser(page, made.customerEmail);
  const chooseDelete = async () => {
    await page.getByRole('button', { name: `Actions for ${made.customerEmail}` }).click();
    // By the keyboard, which a page that is still moving cannot mislead.
    await expect(page.getByRole('menuitem').first()).toBeFocused();
    await page.keyboard.press('End');
    await expect(page.getByRole('menuitem', { name: 'Delete…' })).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await chooseDelete();
  await page.getByRole('button', { name: 'Suspend instead…' }).click();
  await expect(page.getByRole('heading', { name: `Suspend ${made.customerEmail}?` })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();

  await chooseDelete();
  const typed = page.getByLabel(`Type ${made.customerEmail} to delete it`);
  await typed.fill('somebody@example.com');
  await page.getByRole('button', { name: 'Delete user' }).click();
  await expect(page.getByText('Nothing was deleted.')).toBeVisible();
  await typed.fill(made.customerEmail);
  await page.getByRole('button', { name: 'Delete user' }).click();
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
  await expect(page.getByRole('link', { name: made.customerEmail })).toBeHidden();
  const call = () =>
    fetch(`${made.proxyUrl}/echo/hello`, { headers: { 'x-api-key': made.customerKey } });
  await expect.poll(async () => (await call()).status, { timeout: 1000 }).toBe(401);
});

test('the audit log shows the deeds, forgets the address of the deleted, and verifies', async ({
  page,
}) => {
  await openConsole(page, 'Audit');
  const events = page.getByRole('table', { name: 'Audit events' });
  for (const deed of ['User deleted', 'Setting changed', 'Invitation accepted']) {
    await expect(events.getByRole('button', { name: deed }).first()).toBeVisible();
  }
  await expect(events.getByText(made.customerEmail)).toBeHidden();

  await page.getByRole('button', { name: 'Action' }).click();
  await expect(page.getByRole('menuitemradio').first()).toBeFocused();
  await page.keyboard.type('setting');
  await expect(page.getByRole('menuitemradio', { name: 'Setting changed' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/action=settings\.set/);
  await expect(events.getByRole('button', { name: 'User deleted' })).toBeHidden();
  await page.getByRole('searchbox', { name: 'Events of a user' }).fill(moderator.email);
  await page.keyboard.press('Enter');
  await expect(page.getByText('No event fits these filters')).toBeVisible();

  await page.getByRole('button', { name: 'Verify chain' }).click();
  await expect(page.getByText(/^The chain is intact: all \d+ events/)).toBeVisible();
  await page.getByRole('link', { name: 'Access records' }).click();
  await expect(page.getByRole('link', { name: made.adminEmail }).first()).toBeVisible();
  await expect(page.getByText('users.delete').first()).toBeVisible();
});
