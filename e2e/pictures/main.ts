/** Takes the pictures of the documents anew: `node x.mjs node e2e/pictures/main.ts`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import config from '../playwright.config.ts';
import { Apigate } from '../fixtures/apigate.ts';
import { adminClient } from '../fixtures/content.ts';
import { signIn } from '../fixtures/sign-in.ts';
import { settle } from '../fixtures/viewers.ts';
import { writeHistory, type Caller } from './history.ts';

const images = path.resolve(import.meta.dirname, '../../docs/images');
const widthPx = 1280;
const qualityPercent = 88;
const stillMs = 500;

const people: readonly (Caller & { name: string; plan: string })[] = [
  { email: 'ops@northwind.example', name: 'Northwind Traders', plan: 'enterprise', perHour: 260 },
  { email: 'dev@globex.example', name: 'Globex Logistics', plan: 'pro', perHour: 140 },
  { email: 'api@initech.example', name: 'Initech', plan: 'pro', perHour: 375, refusedPercent: 6 },
  { email: 'hello@umbrella.example', name: 'Umbrella Foods', plan: 'free', perHour: 1.6 },
  {
    email: 'it@hooli.example',
    name: 'Hooli Travel',
    plan: 'free',
    perHour: 4.6,
    refusedPercent: 12,
  },
];

await using apigate = await Apigate.prepare();
await apigate.start();
const made = await apigate.quickstart();
const client = await adminClient(made);
await client.users.update(made.customerEmail, { name: 'Jane Doe' });
for (const { email, name, plan } of people) {
  const { id } = await client.users.create({ email, name, plan });
  for (const key of ['Backend', 'Nightly reports'])
    await client.keys.create({ user: id, name: key });
}
await writeHistory(apigate.dataDir, client, [
  ...people,
  { email: made.customerEmail, perHour: 2.1, refusedPercent: 3 },
]);

const { executablePath, args = [] } = config.use?.launchOptions ?? {};
const browser = await chromium.launch({ args, ...(executablePath && { executablePath }) });
try {
  await photograph('overview', '/console', made.adminEmail, made.adminPassword);
  await photograph('portal', '/portal', made.customerEmail, made.customerPassword);
} finally {
  await browser.close();
}

async function photograph(
  name: string,
  address: string,
  email: string,
  password: string,
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: widthPx, height: 900 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await signIn(page, `${made.apiUrl}${address}/login`, email, password);
  await page.goto(made.apiUrl + address);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await settle(page);
    await page.getByText('Connecting…').waitFor({ state: 'hidden' });
    await writeFile(path.join(images, `${name}-${theme}.webp`), await stillOf(page));
  }
  await context.close();
}

/** A picture, as soon as the next one is the same: nothing comes in any more. */
async function stillOf(page: Page): Promise<Buffer> {
  let before = await webpOf(page);
  for (;;) {
    await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), stillMs);
    const now = await webpOf(page);
    if (now.equals(before)) return now;
    before = now;
  }
}

/** The whole page. Playwright itself writes no WebP. */
async function webpOf(page: Page): Promise<Buffer> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: widthPx, height });
  const devTools = await page.context().newCDPSession(page);
  const { data } = await devTools.send('Page.captureScreenshot', {
    format: 'webp',
    quality: qualityPercent,
  });
  return Buffer.from(data, 'base64');
}
