import { expect, test, type Page } from '@playwright/test';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { signIn } from '../fixtures/sign-in.ts';

test.describe.configure({ mode: 'serial' });

const crew = ['ada', 'ben', 'cleo', 'dora'].map((name) => `${name}@crew.example`);
let apigate: Apigate;
let made: Quickstart;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

async function openUsers(page: Page): Promise<void> {
  await signIn(page, `${made.apiUrl}/console/users`, made.adminEmail, made.adminPassword);
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
}

const row = (page: Page, email: string) => page.getByRole('row', { name: email });

test('a file of other columns is mapped, tried out by line, and imported', async ({ page }) => {
  await openUsers(page);
  await page.getByRole('button', { name: 'Import and export' }).click();
  await page.getByRole('menuitem', { name: 'Import…' }).click();
  const members = crew.map((email, at) => `${email},Crew ${at},4${at}`);
  const lines = ['"E-Mail",Company,Shoe size', ...members, 'nobody,X,1'];
  await page.locator('input[type="file"]').setInputFiles({
    name: 'crew.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`\ufeff${lines.join('\r\n')}`),
  });
  await expect(page.getByRole('combobox', { name: 'E-Mail' })).toHaveValue('email');
  await expect(page.getByRole('combobox', { name: 'Shoe size' })).toHaveValue('');
  await page.getByRole('combobox', { name: 'Company' }).selectOption('Name');
  await page.getByRole('button', { name: 'Check all rows' }).click();
  await expect(page.getByText('4 users would be imported, 1 row is faulty.')).toBeVisible();
  await expect(page.getByRole('row', { name: 'email' })).toContainText('6');
  await page.getByRole('button', { name: 'Import 4 users' }).click();
  await expect(page.getByText('4 users are imported, 1 row was left out.')).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).last().click();
  for (const email of crew) await expect(row(page, email)).toBeVisible();
  await expect(row(page, crew[1] ?? '')).toContainText('Crew 1');
});

test('search, filters, order and columns stand in the address, and in a saved view', async ({
  page,
}) => {
  await openUsers(page);
  await page.keyboard.press('/');
  // Slowly enough that letters are typed while the address takes up those before.
  await page.keyboard.type('crew.example', { delay: 30 });
  await expect(page).toHaveURL(/q=crew\.example$/);
  await expect(page.getByRole('searchbox', { name: 'Search users' })).toHaveValue('crew.example');
  await expect(page.getByRole('link', { name: made.customerEmail })).toBeHidden();
  await page.getByRole('button', { name: 'Status' }).click();
  await page.getByRole('menuitemradio', { name: 'Active' }).click();
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('button', { name: 'Usage' }).click();
  await page.getByLabel('Usage', { exact: true }).fill('requests >');
  await page.keyboard.press('Enter');
  await expect(page.getByText('expected a number')).toBeVisible();
  await page.getByRole('button', { name: /^Usage/ }).click();
  await page.getByLabel('Usage', { exact: true }).fill('requests = 0');
  await page.keyboard.press('Enter');
  await page.getByRole('columnheader', { name: 'User' }).getByRole('button').click();
  await page.getByRole('columnheader', { name: 'User' }).getByRole('button').click();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByLabel('Role', { exact: true }).uncheck();
  await page.keyboard.press('Escape');

  const expectCrew = async () => {
    await expect(page.getByRole('link', { name: '@crew.example' })).toHaveText(crew.toReversed());
    await expect(page.getByRole('columnheader', { name: 'Role' })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Remove filter Status Active' })).toBeVisible();
  };
  await expectCrew();
  await page.reload();
  await expectCrew();

  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('button', { name: 'Save this view…' }).click();
  await page.getByLabel('Name', { exact: true }).fill('The crew');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(row(page, made.customerEmail)).toBeVisible();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('button', { name: 'The crew', exact: true }).click();
  await expectCrew();
  await page.getByRole('button', { name: 'The crew' }).click();
  await page.getByRole('button', { name: 'Rename The crew' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Our crew');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('button', { name: 'Our crew' }).click();
  await page.getByRole('button', { name: 'Delete Our crew' }).click();
  await expect(page.getByText('No view yet.')).toBeVisible();
});

test('by keyboard alone rows are gone through, selected and opened, until the keys are switched off', async ({
  page,
}) => {
  await openUsers(page);
  await page.goto(`${made.apiUrl}/console/users?q=crew&sort=email&order=asc`);
  await expect(row(page, crew[3] ?? '')).toBeVisible();
  for (const key of ['j', 'x', 'j', 'j', 'x', 'k']) await page.keyboard.press(key);
  await expect(page.getByText('2 users selected')).toBeVisible();
  await expect(page.getByRole('link', { name: crew[1] ?? '' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: crew[1] ?? '' })).toBeVisible();
  await page.goBack();
  await expect(row(page, crew[0] ?? '')).toBeVisible();
  await page.keyboard.press('?');
  await page.getByRole('switch', { name: 'Shortcuts of a single key' }).press('Space');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: crew[0] ?? '' })).not.toBeFocused();
});

test('many are suspended after a preview that tells who is spared, and put back', async ({
  page,
}) => {
  await openUsers(page);
  await page.goto(`${made.apiUrl}/console/users?q=e`);
  await row(page, crew[0] ?? '')
    .getByRole('checkbox')
    .check();
  await page.getByRole('button', { name: 'Select all that match' }).click();
  await page.getByRole('button', { name: 'Suspend…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Suspend users' });
  await expect(dialog.getByText('will be suspended, 1 skipped.')).toBeVisible();
  await expect(dialog.getByText('Skipped: Your own account.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('unpaid');
  const verb = await dialog.getByRole('button', { name: /^Suspend \d+ users$/ }).textContent();
  await dialog.getByRole('button', { name: verb ?? '' }).click();
  await expect(dialog.getByRole('status')).toContainText(/^\d+ users suspended/);
  const call = () =>
    fetch(`${made.proxyUrl}/echo/hello`, { headers: { 'x-api-key': made.customerKey } });
  await expect.poll(async () => (await call()).status).toBe(403);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog.getByRole('status')).toContainText('put back as before.');
  await expect.poll(async () => (await call()).status).toBe(200);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(row(page, crew[0] ?? '')).toContainText('Active');
  await expect(page.getByRole('region', { name: 'Selected users' })).toBeHidden();
});
