import { expect, test, type Page } from '@playwright/test';
import { Apigate } from '../fixtures/apigate.ts';
import { mailedLink } from '../fixtures/mailed-link.ts';

let apigate: Apigate;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

/** Goes on with Tab until something of that name has the focus, as people do who have no mouse. */
async function tabTo(page: Page, role: 'button' | 'link', name: string): Promise<void> {
  const target = page.getByRole(role, { name, exact: true }).first();
  await expect(target).toBeVisible();
  for (let steps = 0; steps < 60; steps += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${name}`);
}

const jane = { email: 'jane@example.com', password: 'harbour quilt juniper walnut' };

test('a stranger signs up, confirms, makes a key, sees the first request arrive, and why one was refused, by keyboard', async ({
  page,
}) => {
  await apigate.cli('settings', 'set', 'require_email_verification', 'true');
  await page.goto(`${apigate.apiUrl}/portal/register`);
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(jane.email);
  await page.getByLabel('Password', { exact: true }).focus();
  await page.keyboard.type(jane.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();

  await page.goto(await mailedLink(apigate, 'verify_email', jane.email));
  await tabTo(page, 'button', 'Confirm address');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Confirm address' })).toBeHidden();

  await page.goto(`${apigate.apiUrl}/portal`);
  await page.getByLabel('E-mail').focus();
  await page.keyboard.type(jane.email);
  await page.getByLabel('Password', { exact: true }).focus();
  await page.keyboard.type(jane.password);
  await page.keyboard.press('Enter');

  await expect(page.getByRole('heading', { name: 'Make your first call' })).toBeVisible();
  await tabTo(page, 'button', 'Create key');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Key', { exact: true })).toHaveText(/^ak_/);
  await expect(page.getByText('Waiting for your first request…')).toBeVisible();
  const command = (await page.getByRole('region', { name: 'command' }).textContent()) ?? '';
  expect(await apigate.paste(command)).toMatch(/^HTTP\/1\.1 200 /);
  await expect(page.getByText(/^Received, 200 in \d+ ms$/)).toBeVisible();

  expect(await apigate.paste(command.replace('curl', 'curl -X POST'))).toMatch(/ 200 /);
  const wrong = command.replace('/echo/', '/nowhere');
  expect(await apigate.paste(wrong)).toMatch(/ 404 /);
  const many = command.replace('/echo/', '/echo/[1-70]').replace('curl -i', 'curl -is');
  expect(await apigate.paste(many)).toContain('429 Too Many Requests');

  await tabTo(page, 'link', 'Requests');
  await page.keyboard.press('Enter');
  const log = page.getByRole('table', { name: 'Requests' });
  const refused = log.getByRole('row', { name: /429 rate_limited/ });
  await expect
    .poll(async () => {
      await page.reload();
      await expect(log.getByRole('link', { name: 'GET /echo/' }).first()).toBeVisible();
      return refused.count();
    })
    .toBeGreaterThan(0);
  await expect(refused.first()).toContainText('More requests a minute than your plan allows.');
  await refused.first().getByRole('link').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Why it was refused' })).toBeVisible();

  await tabTo(page, 'link', 'Usage');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^60 requests a minute/)).toBeVisible();
  await expect(page.getByRole('table', { name: 'Usage by key' })).toContainText('First key');
});
