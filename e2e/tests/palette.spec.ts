import { expect, test, type Page } from '@playwright/test';
import { accessibilityFaults } from '../fixtures/accessibility.ts';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { adminClient } from '../fixtures/content.ts';
import { signIn } from '../fixtures/sign-in.ts';

test.describe.configure({ mode: 'serial' });

let apigate: Apigate;
let made: Quickstart;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

async function openConsole(page: Page): Promise<void> {
  await signIn(page, `${made.apiUrl}/console`, made.adminEmail, made.adminPassword);
  await page.goto(`${made.apiUrl}/console/users`);
  await expect(page.getByRole('link', { name: made.customerEmail })).toBeVisible();
}

/** As a person pastes: at once, and not key by key. */
async function paste(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search or act' });
  await expect(field).toBeFocused();
  await page.keyboard.insertText(text);
}

const call = () =>
  fetch(`${made.proxyUrl}/echo/hello`, { headers: { 'x-api-key': made.customerKey } });

test('by the keyboard alone a user is found and suspended; undo lets their key work again', async ({
  page,
}) => {
  await openConsole(page);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Search or act' });
  await expect(field).toBeFocused();
  await page.keyboard.type('suspend customer');
  // At once: Enter waits for what was typed to be found.
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: `Suspend ${made.customerEmail}?` });
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText(`${made.customerEmail} is suspended.`)).toBeVisible();
  await expect.poll(async () => (await call()).status).toBe(403);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText(`${made.customerEmail} is active again`)).toBeVisible();
  await expect.poll(async () => (await call()).status).toBe(200);

  await page.keyboard.press('Control+k');
  await page.keyboard.type(made.customerEmail);
  await expect(page.getByRole('option', { name: made.customerEmail }).first()).toBeVisible();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: made.customerEmail })).toBeVisible();
  // What was opened last comes first, and Escape gives the focus back.
  await page.getByRole('button', { name: 'Search or act' }).click();
  await expect(page.getByRole('group', { name: 'Recent' }).getByRole('option')).toContainText([
    made.customerEmail,
  ]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Search or act' })).toBeFocused();
});

test('a pasted key opens its page, is in no address and is kept nowhere; a pasted request id too', async ({
  page,
}) => {
  await openConsole(page);
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await paste(page, made.customerKey);
  await expect(page.getByRole('region', { name: 'Key' })).toContainText(
    `${made.customerKey.slice(0, 7)}…${made.customerKey.slice(-4)}`,
  );
  await expect(page).toHaveURL(/\/console\/keys\/[0-9a-f-]{36}$/);
  expect(addresses.filter((address) => address.includes(made.customerKey))).toEqual([]);
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
  );
  expect(kept).toContain('apigate.recent');
  expect(kept).not.toContain(made.customerKey.slice(7, -4));

  const requestId = (await call()).headers.get('x-request-id') ?? '';
  await expect(page.getByRole('table', { name: 'Requests' })).toContainText('/echo/hello');
  const { usage } = await adminClient(made);
  await expect
    .poll(() => usage.explain(requestId).then(Boolean, () => false), { timeout: 20_000 })
    .toBe(true);
  await paste(page, requestId);
  await expect(page).toHaveURL(`${made.apiUrl}/console/requests/${requestId}`);
});

test('the list of all keys is narrowed by the end of a key, and leads to it', async ({ page }) => {
  await openConsole(page);
  await page.goto(`${made.apiUrl}/console/keys`);
  const lastFour = made.customerKey.slice(-4);
  await apigate.cli('keys', 'create', '--user', made.customerEmail, '--name', 'another one');
  await page.reload();
  await expect(page.getByRole('link', { name: 'another one' })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search keys' }).fill(lastFour);
  await expect(page).toHaveURL(new RegExp(`q=.*${lastFour}`));
  await expect(page.getByRole('link', { name: 'another one' })).toBeHidden();
  const row = page.getByRole('row', { name: lastFour });
  await expect(row.getByRole('link', { name: made.customerEmail })).toBeVisible();
  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  await expect(page.getByText('Every program that uses this key, at once.')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
});
