import { expect, test, type Locator } from '@playwright/test';
import { Apigate } from '../fixtures/apigate.ts';
import { expectFocus, tabTo } from '../fixtures/keyboard.ts';
import { mailedLink } from '../fixtures/mailed-link.ts';
import { signIn } from '../fixtures/sign-in.ts';

let apigate: Apigate;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

const jane = { email: 'jane@example.com', password: 'harbour quilt juniper walnut' };

test('a stranger goes all the way with the keyboard alone: account, key, first call, alert, another plan, why a request was refused', async ({
  page,
}) => {
  const { keyboard } = page;
  const password = page.getByLabel('Password', { exact: true });
  const nav = page.getByRole('navigation', { name: 'Main' });
  const press = async (target: Locator): Promise<void> => {
    await tabTo(page, target);
    await keyboard.press('Enter');
  };
  const goTo = async (name: string): Promise<void> => {
    await press(nav.getByRole('link', { name, exact: true }));
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(page.locator('#content')).toBeFocused();
  };

  await apigate.cli('settings', 'set', 'require_email_verification', 'true');
  await apigate.cli('plans', 'create', '--name', 'Tiny', '--monthly-quota', '3');
  await page.goto(`${apigate.apiUrl}/portal/register`);
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await keyboard.type(jane.email);
  await tabTo(page, password);
  await keyboard.type(jane.password);
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused();

  await page.goto(await mailedLink(apigate, 'verify_email', jane.email));
  await press(page.getByRole('button', { name: 'Confirm address' }));
  await expect(page.getByRole('heading', { name: 'Your address is confirmed' })).toBeFocused();
  await press(page.getByRole('link', { name: 'Go to your portal' }));
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await keyboard.type(jane.email);
  await tabTo(page, password);
  await keyboard.type(jane.password);
  await keyboard.press('Enter');

  await expect(page.getByRole('heading', { name: 'Make your first call' })).toBeVisible();
  await expectFocus(page);
  await press(page.getByRole('button', { name: 'Create key' }));
  await expect(page.getByLabel('Key', { exact: true })).toHaveText(/^ak_/);
  await expectFocus(page);
  await expect(page.getByText('Waiting for your first request…')).toBeVisible();
  const command = (await page.getByRole('region', { name: 'command' }).textContent()) ?? '';
  expect(await apigate.paste(command)).toMatch(/^HTTP\/1\.1 200 /);
  await expect(page.getByText(/^Received, 200 in \d+ ms$/)).toBeVisible();

  await goTo('Usage');
  await expect(page.getByRole('table', { name: 'Usage by key' })).toContainText('First key');
  await press(page.getByRole('button', { name: 'Change alerts…' }));
  await expect(page.getByLabel(/^When this much is used/)).toBeFocused();
  await keyboard.press('Control+a');
  await keyboard.type('50');
  await keyboard.press('Enter');
  await expect(page.getByText('You are told at 50 % of the quota')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Change alerts…' })).toBeFocused();

  await goTo('Plan');
  await press(page.getByRole('button', { name: 'Change to Tiny…' }));
  await press(page.getByRole('dialog').getByRole('button', { name: 'Change to Tiny' }));
  await expect(page.getByText('You are on Tiny now.')).toBeVisible();
  await expectFocus(page);
  const manyCalls = command.replace('/echo/', '/echo/[1-4]').replace('curl -i', 'curl -is');
  await expect.poll(() => apigate.paste(manyCalls)).toContain('402 Payment Required');

  await goTo('Requests');
  const refused = page.getByRole('row', { name: /402 quota_exceeded/ }).first();
  await press(refused.getByRole('link'));
  await expect(page.getByRole('heading', { name: 'Why it was refused' })).toBeVisible();
  await expect(page.locator('#content')).toBeFocused();
  await expect(page.getByRole('listitem').filter({ hasText: /quota/i }).first()).toBeVisible();
});

test('a logo that an admin uploads stands on every page; one in which something would run is refused', async ({
  page,
}) => {
  const { adminEmail, adminPassword } = await apigate.quickstart();
  await signIn(page, `${apigate.apiUrl}/console/settings`, adminEmail, adminPassword);
  const setting = page.getByRole('group', { name: 'brand.logo' });
  const upload = (attributes: string): Promise<void> =>
    setting.getByLabel('brand.logo').setInputFiles({
      name: 'logo.svg',
      mimeType: 'image/svg+xml',
      buffer: Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" ${attributes}/>`,
      ),
    });
  const logo = page.getByRole('img', { name: 'apigate' }).first();
  await upload('onload="alert(1)"');
  await expect(setting.getByText(/without scripts/)).toBeVisible();
  await expect(logo).toBeHidden();
  await upload('');
  await expect(logo).toBeVisible();
  const isDrawn = () =>
    logo.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 0);
  await expect.poll(isDrawn).toBe(true);
  await page.goto(`${apigate.apiUrl}/portal/register`);
  await expect.poll(isDrawn).toBe(true);
});
