import { expect, test } from '@playwright/test';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { signIn } from '../fixtures/sign-in.ts';

let apigate: Apigate;
let made: Quickstart;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

async function statusWith(key: string, userAgent: string): Promise<number> {
  const headers = { 'x-api-key': key, 'user-agent': userAgent };
  const response = await fetch(`${made.proxyUrl}/echo/hello`, { headers });
  await response.text();
  return response.status;
}

test('a customer rotates a key, sees who still calls with the old one, and then stops it', async ({
  page,
}) => {
  await signIn(page, `${made.apiUrl}/portal/keys`, made.customerEmail, made.customerPassword);
  await page.getByRole('button', { name: 'Actions for Quickstart' }).click();
  await page.getByRole('menuitem', { name: 'Rotate…' }).click();
  await page.getByLabel('The old key stops').selectOption('In a week');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();

  const successor = (await page.getByLabel('Key', { exact: true }).textContent()) ?? '';
  await page.getByRole('button', { name: 'Done, I have stored it' }).click();
  expect(successor).toMatch(/^ak_/);
  await expect.poll(() => statusWith(successor, 'new-app/2')).toBe(200);

  const rotation = page.getByRole('region', { name: 'Rotation of Quickstart' });
  await expect(rotation.getByText('By nobody since the rotation began')).toBeVisible();
  await expect(page.getByRole('row', { name: 'Quickstart' }).getByText('Retiring')).toBeVisible();

  expect(await statusWith(made.customerKey, 'old-app/1')).toBe(200);
  await expect
    .poll(async () => {
      await page.reload();
      await rotation.getByText('Still used').waitFor();
      return rotation.getByText('1 call from 1 address').count();
    })
    .toBe(1);
  await expect(rotation.getByRole('row', { name: 'old-app/1' })).toBeVisible();
  await expect(rotation.getByText('new-app/2')).toBeHidden();

  await rotation.getByRole('button', { name: 'Stop old key now…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop old key' }).click();
  await expect(rotation).toBeHidden();
  await expect(page.getByText('Replaced', { exact: true })).toBeVisible();
  await expect.poll(() => statusWith(made.customerKey, 'old-app/1'), { timeout: 1000 }).toBe(401);
  expect(await statusWith(successor, 'new-app/2')).toBe(200);
});

test('an admin cancels a rotation in the console, and the old key goes on', async ({ page }) => {
  const key = Object(
    await apigate.cli('keys', 'create', '--user', made.customerEmail, '--name', 'Worker'),
  );
  const secret = String(Reflect.get(key, 'key'));
  await signIn(page, `${made.apiUrl}/console/users`, made.adminEmail, made.adminPassword);
  await page.getByRole('link', { name: made.customerEmail }).first().click();
  const parts = page.getByRole('navigation', { name: 'Parts of this page' });
  await parts.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('button', { name: 'Actions for Worker' }).click();
  await page.getByRole('menuitem', { name: 'Rotate…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
  const successor = (await page.getByLabel('Key', { exact: true }).textContent()) ?? '';
  await page.getByRole('button', { name: 'Done, I have stored it' }).click();
  await expect.poll(() => statusWith(successor, 'new')).toBe(200);

  const rotation = page.getByRole('region', { name: 'Rotation of Worker' });
  await rotation.getByRole('button', { name: 'Cancel rotation…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel rotation' }).click();
  await expect(rotation).toBeHidden();
  await expect.poll(() => statusWith(successor, 'new'), { timeout: 1000 }).toBe(401);
  expect(await statusWith(secret, 'old')).toBe(200);
});
