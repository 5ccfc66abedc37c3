import { expect, test, type Page } from '@playwright/test';
import { accessibilityFaults } from '../fixtures/accessibility.ts';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { adminClient } from '../fixtures/content.ts';
import { signIn } from '../fixtures/sign-in.ts';

test.describe.configure({ mode: 'serial' });

const answered = 7;
const refused = 2;
let apigate: Apigate;
let made: Quickstart;
let page: Page;

async function call(path: string, key: string): Promise<number> {
  const response = await fetch(`${made.proxyUrl}${path}`, { headers: { 'x-api-key': key } });
  await response.text();
  return response.status;
}

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
  const client = await adminClient(made);
  const { secret: elsewhere } = await client.keys.create({
    user: made.customerEmail,
    name: 'elsewhere',
    allowedIps: ['10.0.0.0/8'],
  });
  for (let sent = 0; sent < answered; sent += 1) {
    expect(await call('/echo/hello', made.customerKey)).toBe(200);
  }
  for (let sent = 0; sent < refused; sent += 1) expect(await call('/echo/no', elsewhere)).toBe(403);
  await expect
    .poll(async () => (await client.analytics.overview()).requests)
    .toBe(answered + refused);
  page = await browser.newPage({ baseURL: made.apiUrl });
  await signIn(page, '/console', made.adminEmail, made.adminPassword);
});

test.afterAll(async () => {
  await page.close();
  await apigate[Symbol.asyncDispose]();
});

const requestsChart = () => page.getByRole('figure', { name: /^Requests by/ });

test('the overview tells what was sent, and shows a request as it is made', async () => {
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Requests 9\b/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Errors 22.2 %/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Active users 1\b/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Refused 2\b/ })).toBeVisible();
  await expect(requestsChart().getByRole('button', { name: 'Answered 7' })).toBeVisible();
  await expect(requestsChart().getByRole('button', { name: 'Refused 2' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Top users' }).getByRole('listitem')).toContainText(
    [made.customerEmail],
  );

  const live = page.getByRole('region', { name: 'Requests, live' });
  await expect(live.getByText('Live', { exact: true })).toBeVisible();
  expect(await call('/echo/just-now', made.customerKey)).toBe(200);
  await expect(live.getByRole('link', { name: 'GET /echo/just-now' })).toBeVisible();

  await live.getByRole('button', { name: 'Pause' }).click();
  await expect(live.getByText('Paused')).toBeVisible();
  expect(await call('/echo/while-paused', made.customerKey)).toBe(200);
  await live.getByRole('button', { name: 'Resume' }).click();
  await expect(live.getByRole('link', { name: 'GET /echo/while-paused' })).toBeVisible();
  expect(await accessibilityFaults(page)).toEqual([]);

  await live.getByRole('link', { name: 'GET /echo/just-now' }).click();
  await expect(page).toHaveURL(/\/console\/requests\//);
});

test('charts zoom by keys and by dragging, lead back, and are tables too', async () => {
  await page.goto('/console/analytics?range=7d');
  const chart = requestsChart();
  await expect(chart.getByText('· 11 in all')).toBeVisible();
  const moment = chart.getByRole('slider');
  await moment.press('End');
  await expect(moment).toHaveAttribute('aria-valuetext', /Answered \d+, .*Week before 0$/);
  // Both charts of the page point at the same moment.
  const latency = page.getByRole('figure', { name: /^Latency by/ }).getByRole('slider');
  await expect(latency).toHaveAttribute('aria-valuenow', '167');

  for (let step = 0; step < 3; step += 1) await moment.press('Shift+ArrowLeft');
  await moment.press('Enter');
  await expect(page).toHaveURL(/range=7d&from=/);
  await expect(moment).toHaveAttribute('aria-valuemax', '3');
  await chart.getByRole('button', { name: 'Zoom out' }).click();
  await expect(moment).toHaveAttribute('aria-valuemax', '167');

  const box = await moment.boundingBox();
  if (box === null) throw new Error('the chart is not there');
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 3 });
  await page.mouse.up();
  await expect(page).toHaveURL(/range=7d&from=/);
  await page.goBack();
  await expect(moment).toHaveAttribute('aria-valuemax', '167');

  await chart.getByRole('button', { name: 'Refused 2' }).click();
  await expect(chart.getByText('· 9 in all')).toBeVisible();
  await moment.press('t');
  await expect(chart.getByRole('row')).toHaveCount(169);

  await page.getByRole('radio', { name: 'Key', exact: true }).check();
  await expect(page).toHaveURL(/by=key/);
  const ofKey = (name: string) =>
    chart.getByRole('button', { name: `${name}, ${made.customerEmail}` });
  await expect(ofKey('Quickstart')).toContainText('9');
  await expect(ofKey('elsewhere')).toContainText('2');
});

test('users are filtered by an expression, and what is wrong with one is told with its place', async () => {
  await page.goto('/console/analytics');
  const filter = page.getByRole('combobox', { name: 'Filter users' });
  await filter.fill('quota > 80');
  await filter.press('Enter');
  await expect(page.getByText('Unknown field "quota" at character 1')).toBeVisible();
  await expect(filter).toHaveAttribute('aria-invalid', 'true');

  await filter.fill('requ');
  await filter.press('ArrowDown');
  await filter.press('Enter');
  await expect(filter).toHaveValue('requests ');
  await filter.pressSequentially('> 5');
  await filter.press('Enter');
  await expect(page).toHaveURL(/filter=requests/);
  await expect(page.getByRole('link', { name: made.customerEmail })).toBeVisible();
  await expect(page.getByRole('link', { name: made.adminEmail })).toBeHidden();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('radio', { name: 'Requests' }).check();
  await expect(page.getByRole('row', { name: '/echo/no' })).toHaveCount(refused);
  await page.getByRole('button', { name: 'Outcome', exact: true }).click();
  // By the keyboard: near the middle of the window the menu turns over when a press at its old place is tried again.
  const refusedByRule = page.getByRole('menuitemradio', { name: 'Refused by a rule' });
  await expect(refusedByRule).toBeFocused();
  await refusedByRule.press('Enter');
  await expect(page.getByRole('row', { name: '/echo/hello' })).toHaveCount(0);
  await expect(page.getByRole('row', { name: '/echo/no' })).toHaveCount(refused);
  const file = await page.getByRole('link', { name: 'Export CSV' }).getAttribute('href');
  const answer = await page.request.get(file ?? '', {
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  expect((await answer.text()).trim().split('\r\n')).toHaveLength(refused + 1);
});
