import { expect, test } from '@playwright/test';
import type { Apigate as Client } from '@apigate/sdk';
import { accessibilityFaults } from '../fixtures/accessibility.ts';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { adminClient } from '../fixtures/content.ts';
import { signIn } from '../fixtures/sign-in.ts';

test.describe.configure({ mode: 'serial' });

let apigate: Apigate;
let made: Quickstart;
let client: Client;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
  client = await adminClient(made);
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

async function callStatus(): Promise<number> {
  const headers = { 'x-api-key': made.customerKey };
  return (await fetch(`${made.proxyUrl}/echo/hello`, { headers })).status;
}

test('a customer sees what a plan would do, changes to it, is bound by it at once, and takes it back', async ({
  page,
}) => {
  await client.plans.create({
    name: 'Tiny',
    requestsPerMonth: 2,
    features: { Support: 'Forum' },
  });
  await client.settings.set('portal.support', 'sales@example.com');
  for (let at = 0; at < 3; at += 1) expect(await callStatus()).toBe(200);

  await signIn(page, `${made.apiUrl}/portal/login`, made.customerEmail, made.customerPassword);
  await page.getByRole('link', { name: 'Plan', exact: true }).click();
  const card = (name: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });
  await expect(card('Free')).toContainText('Your plan');
  await expect(card('Tiny')).toContainText('You have used 3 of 2: requests would be refused');
  await expect(card('Tiny')).toContainText('2, less than yours');
  await expect(card('Pro').getByRole('link', { name: 'Ask for Pro' })).toHaveAttribute(
    'href',
    'mailto:sales@example.com?subject=Plan%20Pro',
  );
  await expect(card('Pro').getByRole('button')).toHaveCount(0);
  expect(await accessibilityFaults(page)).toEqual([]);

  await card('Tiny').getByRole('button', { name: 'Change to Tiny…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change to Tiny?' });
  await expect(dialog).toContainText('At any time, by choosing Free again.');
  await dialog.getByRole('button', { name: 'Change to Tiny' }).click();
  await expect(card('Tiny')).toContainText('Your plan');
  await expect.poll(callStatus).toBe(402);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(card('Free')).toContainText('Your plan');
  await expect.poll(callStatus).toBe(200);

  await client.settings.set('portal.plan_change', 'off');
  await page.reload();
  await expect(card('Tiny').getByRole('link', { name: 'Ask for Tiny' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Change to/ })).toHaveCount(0);
});

const document = `
openapi: 3.1.0
info: { title: Orders, version: '2', description: 'Sells things. <img src=x onerror="document.title=1">' }
servers: [{ url: https://api.example.com/echo }]
paths:
  /orders/{id}:
    put:
      operationId: changeOrder
      tags: [Orders]
      summary: Change an order
      parameters:
        - { name: id, in: path, schema: { type: string } }
        - { name: notify, in: query, schema: { type: boolean } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }
      responses: { '200': { description: The order } }
  /reports:
    get: { summary: List reports, tags: [Reports], responses: { '200': { description: Reports } } }
components:
  schemas:
    Order: { type: object, properties: { amount: { type: integer, example: 5 }, parent: { $ref: '#/components/schemas/Order' } } }
`;

test('an admin gives a document, and a customer finds an operation in it and tries it', async ({
  page,
  browser,
}) => {
  await signIn(page, `${made.apiUrl}/console/login`, made.adminEmail, made.adminPassword);
  await page.getByRole('link', { name: 'API reference' }).click();
  await page.getByRole('textbox', { name: 'URL' }).fill('http://169.254.169.254/openapi.json');
  await page.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect(page.getByText('169.254.169.254 is not allowed')).toBeVisible();
  const file = (text: string) => ({
    name: 'openapi.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(text),
  });
  await page.getByLabel('OpenAPI document').setInputFiles(file('openapi: 3.1.0'));
  await expect(page.getByText('The document has no operations')).toBeVisible();
  await page.getByLabel('OpenAPI document').setInputFiles(file(document));
  await expect(page.getByRole('region', { name: 'In the portal' })).toContainText('Orders 2');

  await using theirs = await browser.newContext();
  const portal = await theirs.newPage();
  const login = `${made.apiUrl}/portal/login`;
  await signIn(portal, login, made.customerEmail, made.customerPassword);
  await portal.getByRole('link', { name: 'Reference' }).click();
  await expect(portal.getByText('<img src=x onerror=')).toBeVisible();
  await expect(portal.locator('img')).toHaveCount(0);
  await portal.getByRole('searchbox', { name: 'Search operations' }).fill('order change');
  await expect(portal.getByRole('link', { name: 'List reports' })).toHaveCount(0);
  await portal.getByRole('link', { name: 'Change an order' }).click();
  await expect(portal).toHaveURL(/op=changeOrder/);
  await portal.reload();

  await portal.getByRole('textbox', { name: /^id / }).fill('a/b');
  await portal.getByRole('combobox', { name: 'notify' }).selectOption('true');
  await expect(portal.getByRole('textbox', { name: 'application/json' })).toHaveValue(
    '{\n  "amount": 5\n}',
  );
  const url = `${made.proxyUrl}/echo/orders/a%2Fb?notify=true`;
  await expect(portal.getByRole('region', { name: 'curl code' })).toContainText(`-X PUT '${url}'`);
  await portal.getByRole('textbox', { name: /^id / }).fill('o-17');

  await portal.getByRole('textbox', { name: 'Your key' }).fill('wrong');
  await portal.getByRole('button', { name: 'Send PUT' }).click();
  const answer = portal.getByRole('region', { name: 'Answer', exact: true });
  await expect(answer).toContainText('401');
  await portal.getByRole('button', { name: 'Create a key for this' }).click();
  await expect(portal.getByText('Made for this page as')).toBeVisible();
  await portal.getByRole('button', { name: 'Send PUT' }).click();
  await expect(answer).toContainText('200');
  await expect(answer).toContainText('"path": "/echo/orders/o-17?notify=true"');
  await expect(answer).toContainText('x-quota-remaining');
  expect(await accessibilityFaults(portal)).toEqual([]);
});

test('pages are named and coloured as the settings say, from the sign-in on', async ({ page }) => {
  await client.settings.set('brand.name', 'Acme & Sons');
  await client.settings.set('brand.accent', '#ffee00');
  await page.goto(`${made.apiUrl}/portal/login`);
  await expect(page.getByText('Acme & Sons')).toBeVisible();
  await expect(page).toHaveTitle('Sign in · Acme & Sons');
  // Yellow as it is would hide the white text of the button.
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await accessibilityFaults(page)).toEqual([]);
  await signIn(page, `${made.apiUrl}/console/login`, made.adminEmail, made.adminPassword);
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('region', { name: 'Branding' })).toContainText('Acme & Sons');
});
