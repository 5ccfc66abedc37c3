import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { Apigate as Client } from '@apigate/sdk';
import { accessibilityFaults } from '../fixtures/accessibility.ts';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { BuiltScreens, gzipBytes } from '../fixtures/built-screens.ts';
import { adminClient, fillWithContent, newcomer, type Content } from '../fixtures/content.ts';
import { fillWithHostility } from '../fixtures/hostile-content.ts';
import { hostileTexts } from '../fixtures/hostile-texts.ts';
import { expectFocus, tabTo } from '../fixtures/keyboard.ts';
import { frames, overlays, pagesToSee } from '../fixtures/pages.ts';
import { settle, Viewers } from '../fixtures/viewers.ts';

const pictures = path.resolve(import.meta.dirname, '../screenshots');
const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const layoutShiftMax = 0.02;
const slowdown = 4;
const firstPageBytesMax = 150 * 1024;
const furtherPageBytesMax = 80 * 1024;

// The trace of so many pages takes longer than the pages.
test.use({ trace: 'off' });

let apigate: Apigate;
let made: Quickstart;
let client: Client;
let content: Content;
let viewers: Viewers;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
  client = await adminClient(made);
  content = await fillWithContent(made, client);
  viewers = new Viewers(browser, made);
});

test.afterAll(async () => {
  await viewers[Symbol.asyncDispose]();
  await apigate[Symbol.asyncDispose]();
});

/** Opens a page on a slow processor; what moves after it was first drawn counts. */
async function open(page: Page, address: string, heading: string | RegExp): Promise<string[]> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.goto(address);
  await settle(page, heading);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await devTools.detach();
  const shifts = await page.evaluate(() => window.layoutShifts);
  const sum = shifts.reduce((total, { score }) => total + score, 0);
  if (sum <= layoutShiftMax) return [];
  return shifts.map(({ score, moved }) => `shifts by ${score.toFixed(3)}: ${moved.join(', ')}`);
}

function widthPastWindow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}

test('every page is accessible, holds still and fits a phone, in both themes', async () => {
  test.setTimeout(300_000);
  const faults: string[] = [];
  for (const [who, screen, address, heading, state] of pagesToSee(content)) {
    const name = [screen.replace('/', '-'), state].filter(Boolean).join('-');
    const page = await viewers.pageOf(who);
    const tell = (found: string[]) => faults.push(...found.map((fault) => `${name}: ${fault}`));
    const photograph = (width: number, theme: string) =>
      page.screenshot({ path: `${pictures}/${name}-${width}-${theme}.png` });
    const openAt = async (size: { width: number; height: number }): Promise<void> => {
      await page.setViewportSize(size);
      const shifts = await open(page, address, heading);
      tell(shifts.map((shift) => `at ${size.width} px ${shift}`));
    };

    await page.emulateMedia({ colorScheme: 'light' });
    await openAt(desk);
    tell(await accessibilityFaults(page));
    await photograph(desk.width, 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    tell(await accessibilityFaults(page, ['color-contrast', 'link-in-text-block']));
    await photograph(desk.width, 'dark');

    await openAt(phone);
    const past = await widthPastWindow(page);
    if (past > 0) tell([`${past} px stand out at ${phone.width} px`]);
    await photograph(phone.width, 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await photograph(phone.width, 'light');
  }
  expect([...faults, ...viewers.faults]).toEqual([]);
});

test('no screen is left out above, and each stays within its budget of JavaScript', () => {
  const built = new BuiltScreens();
  const seen = new Set([...pagesToSee(content).map(([, screen]) => screen), ...overlays]);
  const lazy = built.names().filter((name) => !Object.values<string>(frames).includes(name));
  expect(lazy.filter((name) => !seen.has(name))).toEqual([]);

  const first = built.filesOf('entrance/login');
  const sizes: [name: string, bytes: number, max: number][] = [
    ['first: entrance/login', gzipBytes(first), firstPageBytesMax],
  ];
  for (const name of lazy) {
    const [part] = name.split('/');
    const around = part === 'console' || part === 'portal' ? [frames[part]] : [];
    const further = [...built.filesOf(...around, name)].filter((file) => !first.has(file));
    sizes.push([name, gzipBytes(further), furtherPageBytesMax]);
  }
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  const table = sizes
    .map(([name, bytes, max]) => `${name} ${kilobytes(bytes)} of ${kilobytes(max)}`)
    .join('\n');
  expect(
    sizes.filter(([, bytes, max]) => bytes > max),
    table,
  ).toEqual([]);
});

test('an admin suspends somebody and takes it back, with the keyboard alone', async ({ page }) => {
  const { keyboard } = page;
  await page.goto(`${made.apiUrl}/console/login`);
  await tabTo(page, page.getByLabel('E-mail'));
  await keyboard.type(made.adminEmail);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await keyboard.type(made.adminPassword);
  await keyboard.press('Enter');
  await expectFocus(page);
  await tabTo(page, page.getByRole('navigation').getByRole('link', { name: 'Users' }));
  await keyboard.press('Enter');
  await settle(page, 'Users');

  await keyboard.press('/');
  await keyboard.type('initech');
  const row = page.getByRole('link', { name: 'initech@example.com' });
  await expect(page.getByRole('row')).toHaveCount(2);
  await tabTo(page, row);
  await keyboard.press('Enter');
  await settle(page, 'initech@example.com');
  await expect(page.locator('#content')).toBeFocused();

  await tabTo(page, page.getByRole('button', { name: 'Suspend…' }));
  await keyboard.press('Enter');
  await tabTo(page, page.getByLabel('Reason'));
  await keyboard.type('unpaid');
  await tabTo(page, page.getByRole('button', { name: 'Suspend user' }));
  await keyboard.press('Enter');
  await expect(page.getByText('Suspended: unpaid')).toBeVisible();
  await expectFocus(page);
  await keyboard.press('Control+z');
  await expect(page.getByText('Suspended: unpaid')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Suspend…' })).toBeVisible();
  await expectFocus(page);
});

test('a customer makes a key and copies it, with the keyboard alone', async ({ page, context }) => {
  const { keyboard } = page;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${made.apiUrl}/portal/login`);
  await tabTo(page, page.getByLabel('E-mail'));
  await keyboard.type(newcomer.email);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await keyboard.type(newcomer.password);
  await keyboard.press('Enter');
  await settle(page, 'Welcome');
  await expectFocus(page);

  await tabTo(page, page.getByRole('link', { name: 'Keys', exact: true }));
  await keyboard.press('Enter');
  await settle(page, 'Keys');
  await expect(page.locator('#content')).toBeFocused();
  await tabTo(page, page.getByRole('button', { name: 'Create key' }).first());
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
  await keyboard.type('Backend');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Backend is ready' })).toBeVisible();
  await expectFocus(page);
  await tabTo(page, page.getByRole('button', { name: 'Copy key' }));
  await keyboard.press('Enter');
  const secret = await page.getByLabel('Key', { exact: true }).textContent();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await tabTo(page, page.getByRole('button', { name: 'Done, I have stored it' }));
  await keyboard.press('Enter');
  await expect(page.getByRole('row', { name: 'Backend' })).toBeVisible();
  await expectFocus(page);
});

test('with colours of the system, what is chosen still stands out', async () => {
  const page = await viewers.pageOf('admin');
  await page.setViewportSize(desk);
  await page.emulateMedia({ forcedColors: 'active' });
  const colourOf = (target: Locator, part?: '::before') =>
    target.evaluate((element, pseudo) => getComputedStyle(element, pseudo).backgroundColor, part);
  await page.goto(`/console/users/${content.customer.id}`);
  await settle(page, content.customer.email);
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  const [chosen, other] = [links.filter({ hasText: 'Users' }), links.filter({ hasText: 'Keys' })];
  expect(await colourOf(chosen)).not.toBe(await colourOf(other));
  const canvas = await colourOf(page.locator('body'));
  expect(await colourOf(page.getByText('Active', { exact: true }), '::before')).not.toBe(canvas);
  await page.emulateMedia({ forcedColors: 'none' });
});

test('without a network the page stays, says so, and is brought up to date afterwards', async () => {
  const page = await viewers.pageOf('admin');
  await page.setViewportSize(desk);
  await page.goto('/console/users');
  await settle(page, 'Users');
  const offline = page.getByText('You are offline.');
  await page.context().setOffline(true);
  await expect(offline).toBeVisible();
  await expect(page.getByRole('link', { name: content.customer.email })).toBeVisible();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('searchbox', { name: 'Search users' }).fill('late');
  const email = 'late@example.com';
  await client.users.create({ email });
  await page.context().setOffline(false);
  await expect(offline).toBeHidden();
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('link', { name: email })).toBeVisible();
});

test('texts that would run elsewhere are shown on every page, and none of them runs', async () => {
  test.setTimeout(300_000);
  const { users, mail } = await fillWithHostility(made, client, content);
  viewers.faults.length = 0;
  let shown = '';
  const read = async (page: Page): Promise<void> => {
    shown += await page.evaluate(() => document.body.innerText);
  };
  for (const [who, , address] of pagesToSee(content)) {
    const page = await viewers.pageOf(who);
    await page.goto(address);
    await settle(page);
    await read(page);
  }
  const page = await viewers.pageOf('admin');
  for (const { id, email } of users) {
    await page.evaluate((path) => history.pushState(null, '', path), `/console/users/${id}`);
    await settle(page, email);
    await read(page);
  }
  await page.goto(`/console/mails?mail=${mail}`);
  await expect(page.getByRole('dialog')).toContainText('<');
  expect(viewers.faults).toEqual([]);
  expect(hostileTexts.filter((text) => !shown.includes(text))).toEqual([]);
});
