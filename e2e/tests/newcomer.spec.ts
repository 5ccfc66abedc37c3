import { expect, test, type Page } from '@playwright/test';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { signIn } from '../fixtures/sign-in.ts';

test.describe.configure({ mode: 'serial' });

let apigate: Apigate;
let made: Quickstart;
let sent = 0;
let passed = 0;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

/** One call of the sample API with the customer's key, counted. */
async function call(path = '/echo/hello', headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(`${made.proxyUrl}${path}`, {
    headers: { 'x-api-key': made.customerKey, ...headers },
  });
  sent += 1;
  if (response.status === 200) passed += 1;
  return response;
}

/** What the sample API answers. */
interface Echo {
  headers: Record<string, string>;
}

interface Usage {
  requests: number;
  outcomes: Record<string, number>;
  quota: { used: number };
}

async function usage(): Promise<Usage> {
  return (await apigate.cli('usage', 'show', made.customerEmail)) as Usage;
}

async function openUsers(page: Page): Promise<void> {
  await signIn(page, `${made.apiUrl}/console/users`, made.adminEmail, made.adminPassword);
  await expect(page.getByRole('heading', { name: 'Users' })).toBeVisible();
}

test('the printed curl works when pasted and shows limits and quota', async () => {
  const command = /^ +(curl .+)$/m.exec(apigate.output)?.[1] ?? '';
  expect(command).toContain(made.customerKey);
  const answer = await apigate.paste(command);
  sent += 1;
  passed += 1;
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toMatch(/^x-ratelimit-limit: 60\r$/im);
  expect(answer).toMatch(/^x-ratelimit-remaining: 59\r$/im);
  expect(answer).toMatch(/^x-quota-limit: 1000\r$/im);
  expect(answer).toMatch(/^x-quota-used: 1\r$/im);
  expect(answer).toContain('"path": "/echo/hello"');
});

test('the upstream learns who calls from us alone', async () => {
  const response = await call('/echo/who', { 'x-user-id': 'forged', x_user_id: 'forged' });
  const echo = (await response.json()) as Echo;
  expect(echo.headers['x-user-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(echo.headers)).not.toContain('forged');
  expect(echo.headers).not.toHaveProperty('x-api-key');
});

test('metadata arrives upstream as headers', async () => {
  await apigate.cli(
    ...['users', 'update', made.customerEmail, '--metadata', '{"company_size": "10-50"}'],
  );
  await expect
    .poll(async () => {
      const echo = (await (await call()).json()) as Echo;
      return echo.headers['x-user-meta-company-size'];
    })
    .toBe('10-50');
});

test('a wrong key is refused', async () => {
  const response = await fetch(`${made.proxyUrl}/echo/hello`, {
    headers: { 'x-api-key': `ak_${'A'.repeat(38)}` },
  });
  expect(response.status).toBe(401);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ code: 'invalid_api_key' });
});

test('61 quick requests are more than Free allows in a minute', async () => {
  const responses = await Promise.all(Array.from({ length: 61 }, () => call()));
  const refused = responses.filter((response) => response.status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(responses.length - refused.length).toBeLessThanOrEqual(60);
  for (const response of refused) {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

test('suspension in the console stops the next request within a second, activation lets it pass', async ({
  page,
}) => {
  await apigate.cli('users', 'update', made.customerEmail, '--plan', 'enterprise');
  await expect.poll(async () => (await call()).status).toBe(200);
  await openUsers(page);
  const row = page.getByRole('row', { name: made.customerEmail });
  await row.getByRole('button', { name: `Actions for ${made.customerEmail}` }).click();
  await page.getByRole('menuitem', { name: 'Suspend…' }).click();
  const answered = page.waitForResponse((response) => response.url().includes('users.suspend'));
  await page.getByRole('button', { name: 'Suspend user' }).click();
  await answered;
  await expect.poll(async () => (await call()).status, { timeout: 1000 }).toBe(403);
  await expect(row.getByText('Suspended')).toBeVisible();

  await row.getByRole('button', { name: `Actions for ${made.customerEmail}` }).click();
  await page.getByRole('menuitem', { name: 'Activate' }).click();
  await expect(row.getByText('Active', { exact: true })).toBeVisible();
  await expect.poll(async () => (await call()).status, { timeout: 1000 }).toBe(200);
});

test('a customer makes a key in the portal, calls with it, and revokes it', async ({ page }) => {
  await signIn(page, `${made.apiUrl}/portal/keys`, made.customerEmail, made.customerPassword);
  await page.getByRole('button', { name: 'Create key' }).first().click();
  await page.getByLabel('Name').fill('Backend');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  const secret = await page.getByLabel('Key', { exact: true }).textContent();
  await page.getByRole('button', { name: 'Done, I have stored it' }).click();
  const callWithIt = () => call('/echo/hello', { 'x-api-key': secret ?? '' });
  expect((await callWithIt()).status).toBe(200);

  const row = page.getByRole('row', { name: 'Backend' });
  await row.getByRole('button', { name: 'Actions for Backend' }).click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  const answered = page.waitForResponse((response) => response.url().includes('keys.revoke'));
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
  await answered;
  await expect.poll(async () => (await callWithIt()).status, { timeout: 1000 }).toBe(401);
});

test('why a request was refused is told in the portal by its row, and in the console by its id', async ({
  page,
  browser,
}) => {
  const refused = await apigate.cli('usage', 'events', '--refused', '--limit', '1');
  const [event] = (refused as { data: { id: string; refusal_code: string }[] }).data;
  expect(event?.refusal_code).toBe('key_revoked');

  await signIn(
    page,
    `${made.apiUrl}/portal/requests?outcome=refused`,
    made.customerEmail,
    made.customerPassword,
  );
  const table = page.getByRole('table', { name: 'Requests' });
  await table.getByRole('link', { name: 'GET /echo/hello' }).first().click();
  await expect(page).toHaveURL(/\/portal\/requests\//);
  await expect(page.getByText('The key is revoked.').first()).toBeVisible();

  await using console = await browser.newContext();
  const consolePage = await console.newPage();
  await openUsers(consolePage);
  await consolePage.getByRole('link', { name: made.customerEmail }).click();
  await consolePage.getByRole('link', { name: 'Requests' }).click();
  await consolePage.getByLabel('Request id').fill(event?.id ?? '');
  await consolePage.getByRole('button', { name: 'Explain' }).click();
  await expect(consolePage.getByText('The key is revoked.').first()).toBeVisible();
});

test('usage equals what was sent, and only what passed is counted', async () => {
  await expect.poll(async () => (await usage()).requests).toBe(sent);
  const now = await usage();
  expect(now.outcomes['2xx']).toBe(passed);
  expect(now.outcomes['refused']).toBe(sent - passed);
  expect(now.quota.used).toBe(passed);
});

test('the proxy is started so that V8 neither holds its threads up nor hoards memory', async () => {
  const proxies = (await apigate.processes()).filter((line) => line.includes('apps/proxy/'));
  expect(proxies).toEqual([
    expect.stringContaining(
      ' --v8-pool-size=1 --no-maglev-destroy-on-background --use-largepages=silent ',
    ),
  ]);
});

test('Ctrl-C leaves no process behind, and a second start finds everything', async () => {
  const before = await usage();
  await apigate.pressCtrlC();
  await expect.poll(() => apigate.processes()).toEqual([]);
  await apigate.start();
  expect(apigate.output).not.toContain(made.adminPassword);
  const response = await call();
  expect(response.status).toBe(200);
  expect(Number(response.headers.get('x-quota-used'))).toBe(before.quota.used + 1);
  await expect.poll(async () => (await usage()).requests).toBe(sent);
});
