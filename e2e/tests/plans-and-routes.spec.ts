import { expect, test, type Page } from '@playwright/test';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { codeIn } from '../fixtures/do-it-in-code.ts';
import { tabTo } from '../fixtures/keyboard.ts';
import { signIn } from '../fixtures/sign-in.ts';

test.describe.configure({ mode: 'serial' });

let apigate: Apigate;
let made: Quickstart;
let token: string;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  apigate = await Apigate.prepare();
  await apigate.start();
  made = await apigate.quickstart();
  const credentials = { email: made.adminEmail, password: made.adminPassword };
  const signedIn = await ask('/auth/login', 'POST', credentials);
  token = (signedIn as { access_token: string }).access_token;
});

test.afterAll(async () => apigate[Symbol.asyncDispose]());

const call = (path: string) =>
  fetch(`${made.proxyUrl}${path}`, { headers: { 'x-api-key': made.customerKey } });

/** What an admin's token gets from the REST surface. */
async function ask(path: string, method = 'GET', body?: object): Promise<unknown> {
  const answer = await fetch(`${made.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return answer.json();
}

async function openConsole(page: Page, path: string): Promise<void> {
  await signIn(page, `${made.apiUrl}${path}`, made.adminEmail, made.adminPassword);
}

test('an upstream and a route are made, the tester tells what becomes of a request, and the proxy does it', async ({
  page,
}) => {
  const listed = await ask('/admin/upstreams');
  const [sample] = (listed as { data: { url: string }[] }).data;
  await openConsole(page, '/console/routes');

  await page.getByRole('button', { name: 'New upstream' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Orders API');
  await dialog.getByLabel('URL').fill('http://169.254.169.254/latest');
  await dialog.getByRole('button', { name: 'Save upstream' }).click();
  await expect(dialog.getByText('must not lead to a metadata service')).toBeVisible();
  await dialog.getByLabel('URL').fill(sample?.url ?? '');
  await dialog.getByRole('button', { name: 'Save upstream' }).click();
  await expect(page.getByRole('row', { name: 'Orders API' })).toBeVisible();

  await page.getByRole('button', { name: 'New route' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('Orders');
  await dialog.getByLabel('Upstream').selectOption('Orders API');
  await dialog.getByLabel('Path').fill('/orders/*');
  await dialog.getByLabel('Rewrite').fill('/echo/v2');
  await expect(dialog.getByText(`${sample?.url}/echo/v2/users/7`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Save route' }).click();
  await expect(page.getByRole('row', { name: '/orders/*' })).toContainText('Orders API');

  const form = page.getByRole('region', { name: 'Test a request' });
  await form.getByLabel('Path').fill('/orders/7?x=1');
  await form.getByRole('button', { name: 'Test' }).click();
  await expect(form.getByText('Would be refused: 401 missing_api_key')).toBeVisible();
  await form.getByLabel('With the key of').fill(made.customerEmail);
  await form.getByRole('button', { name: 'Test' }).click();
  await expect(form.getByText('Would pass')).toBeVisible();
  await expect(form.locator('code', { hasText: '/echo/v2/7?x=1' })).toHaveText(
    `${sample?.url}/echo/v2/7?x=1`,
  );
  await form.getByText('Why not another route').click();
  await expect(form.getByText('Its path /echo/* does not cover /orders/7.')).toBeVisible();
  await expect(page).toHaveURL(/path=.*orders.*as=/);

  await expect.poll(async () => (await call('/orders/7?x=1')).status).toBe(200);
  expect(await (await call('/orders/7?x=1')).json()).toMatchObject({ path: '/echo/v2/7?x=1' });
});

test('what the dialogs of upstreams and routes show as code does the same, and holds no secret', async ({
  page,
}) => {
  const env = { TOKEN: token, SECRET: 'Bearer hush hush' };
  const dialog = page.getByRole('dialog').first();
  const open = async (path: string) => page.goto(`${made.apiUrl}/console/routes${path}`);
  await openConsole(page, '/console/routes?upstream=new');
  await dialog.getByLabel('Name', { exact: true }).fill("Bob's API");
  await dialog.getByLabel('URL').fill('http://127.0.0.1:9');
  await dialog.getByLabel('Silence at most').fill('900');
  await dialog.getByLabel('Auth header').fill('Authorization');
  await dialog.getByRole('textbox', { name: 'Its value' }).fill(env.SECRET);
  const creation = await codeIn(dialog, 'CLI');
  expect(creation).not.toContain('hush');
  await apigate.paste(creation, env);
  const upstream = await ask("/admin/upstreams/Bob's API");
  expect(upstream).toMatchObject({
    url: 'http://127.0.0.1:9',
    idle_timeout_ms: 900,
    auth_header_name: 'Authorization',
  });
  const upstreamId = (upstream as { id: string }).id;

  await open(`?upstream=${upstreamId}`);
  await dialog.getByLabel('Answer begins within').fill('4000');
  await dialog.getByLabel('Auth header').fill('X-Token');
  await dialog.getByRole('textbox', { name: 'Its value' }).fill(env.SECRET);
  const change = await codeIn(dialog, 'SDK');
  expect(change).not.toContain('hush');
  await apigate.runProgram(change, { token, secret: env.SECRET });
  const changed = { name: "Bob's API", response_timeout_ms: 4000, auth_header_name: 'X-Token' };
  expect(await ask(`/admin/upstreams/${upstreamId}`)).toMatchObject(changed);

  await open('?route=new');
  await dialog.getByLabel('Name', { exact: true }).fill('Reports & more');
  await dialog.getByLabel('Upstream').selectOption("Bob's API");
  await dialog.getByLabel('Path').fill('/reports/*');
  await dialog.getByLabel('Rewrite').fill('/v2');
  for (const method of ['GET', 'POST']) await dialog.getByLabel(method).check();
  await dialog.getByLabel('Host').fill('api.example.com');
  await dialog.getByLabel('Scopes').fill('reports:read, reports:*');
  await dialog.getByLabel('Priority').fill('-5');
  await dialog.getByLabel('Units a request').fill('3');
  await dialog.getByLabel('Requests a minute').fill('70');
  await dialog.getByLabel('Needs a key').uncheck();
  await dialog.getByLabel('In force').uncheck();
  await apigate.paste(await codeIn(dialog, 'CLI'));
  const route = await ask('/admin/routes/Reports & more');
  const narrowed = {
    methods: ['GET', 'POST'],
    host: 'api.example.com',
    rewrite: '/v2',
    required_scopes: ['reports:read', 'reports:*'],
    rate_limit_per_minute: 70,
  };
  expect(route).toMatchObject({
    ...narrowed,
    path: '/reports/*',
    upstream: { name: "Bob's API" },
    priority: -5,
    cost: 3,
    auth_required: false,
    enabled: false,
  });

  await open(`?route=${(route as { id: string }).id}`);
  expect(await codeIn(dialog, 'CLI')).toBe(
    "apigate routes update 'Reports & more' --name 'Reports & more'",
  );
  for (const label of ['Rewrite', 'Host', 'Scopes', 'Requests a minute']) {
    await dialog.getByLabel(label).fill('');
  }
  for (const method of ['GET', 'POST']) await dialog.getByLabel(method).uncheck();
  const [viaCurl, viaCli] = [await codeIn(dialog, 'curl'), await codeIn(dialog, 'CLI')];
  const cleared = {
    rewrite: null,
    host: null,
    required_scopes: [],
    methods: [],
    rate_limit_per_minute: null,
  };
  await apigate.paste(viaCurl, env);
  expect(await ask('/admin/routes/Reports & more')).toMatchObject(cleared);
  expect(await ask('/admin/routes/Reports & more', 'PUT', narrowed)).toMatchObject(narrowed);
  await apigate.paste(viaCli);
  expect(await ask('/admin/routes/Reports & more')).toMatchObject({ ...cleared, priority: -5 });

  const chooseDelete = async (name: string): Promise<void> => {
    await open('');
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
  };
  await chooseDelete('Reports & more');
  await apigate.runProgram(await codeIn(dialog, 'SDK'), { token });
  await chooseDelete("Bob's API");
  await apigate.paste(await codeIn(dialog, 'curl'), env);
  for (const [kind, name] of [
    ['routes', 'Reports & more'],
    ['upstreams', "Bob's API"],
  ]) {
    const { data } = (await ask(`/admin/${kind}`)) as { data: { name: string }[] };
    expect(data.map((each) => each.name)).not.toContain(name);
  }
});

test('a plan tells what new limits do before they are saved, and whose change came between; then they are in force, and a request says why it was refused', async ({
  page,
  browser,
}) => {
  for (let sent = 0; sent < 8; sent += 1) expect((await call('/echo/hello')).status).toBe(200);
  const used = async () => {
    const usage = await ask(`/admin/usage?user=${made.customerEmail}`);
    return (usage as { quota: { used: number } }).quota.used;
  };
  await expect.poll(used).toBeGreaterThanOrEqual(10);

  await openConsole(page, '/console/plans');
  await page.getByRole('link', { name: 'Free', exact: true }).click();
  const effect = page.getByRole('region', { name: 'Effect on current users' });
  await expect(effect.getByText('none of them reaches these limits')).toBeVisible();
  await page.getByLabel('Requests a month').fill('5');
  await expect(effect.getByText('0 → 1').first()).toBeVisible();
  await expect(effect.getByRole('link', { name: made.customerEmail })).toBeVisible();

  await ask('/admin/plans/free', 'PUT', { burst: 40 });
  await page.getByRole('button', { name: 'Save plan' }).click();
  await expect(page.getByText('burst is 40, was null')).toBeVisible();
  expect((await call('/echo/hello')).status).toBe(200);
  await page.getByLabel('Burst').fill('40');
  await page.getByRole('button', { name: 'Save plan' }).click();
  await expect(page.getByText('Free is saved')).toBeVisible();

  await expect.poll(async () => (await call('/echo/hello')).status).toBe(402);
  const id = (await call('/echo/hello')).headers.get('x-request-id') ?? '';
  await expect
    .poll(async () => JSON.stringify(await ask('/admin/usage/events?refused=true')))
    .toContain(id);

  await page.goto(`${made.apiUrl}/console/requests/${id}`);
  await expect(page.getByText('402 quota_exceeded').first()).toBeVisible();
  await expect(page.getByText('of 5 units used').first()).toBeVisible();
  await expect(page.getByText('would be refused with 402 quota_exceeded')).toBeVisible();
  await page.getByRole('link', { name: made.customerEmail }).click();
  await expect(page.getByRole('heading', { name: made.customerEmail })).toBeVisible();

  await ask('/admin/plans/free', 'PUT', { requests_per_month: 1000 });
  await using theirs = await browser.newContext();
  const portal = await theirs.newPage();
  const own = `${made.apiUrl}/portal/requests/${id}`;
  await signIn(portal, own, made.customerEmail, made.customerPassword);
  await expect(portal.getByText('the same request would pass')).toBeVisible();
});

test('a name that is cut is told whole under the pointer and to the keyboard', async ({ page }) => {
  const name = 'Accounting reports of the data centre in Amsterdam';
  const { url } = (await ask('/admin/upstreams/Orders API')) as { url: string };
  await ask('/admin/upstreams', 'POST', { name, url });
  await ask('/admin/routes', 'POST', { name: 'Accounts', path: '/accounts/*', upstream: name });
  await openConsole(page, '/console/routes');
  const row = page.getByRole('row', { name: '/accounts/*' });
  const tip = page.locator(':popover-open');
  await expect(row).toContainText(name);
  await row.getByText(name).scrollIntoViewIfNeeded();
  const cut = await row.getByText(name).boundingBox();
  await page.mouse.move((cut?.x ?? 0) + 20, (cut?.y ?? 0) + 5);
  await expect(tip).toHaveText(name);
  await page.keyboard.press('Escape');
  await expect(tip).toBeHidden();

  await page.mouse.move(0, 0);
  await tabTo(page, row.getByRole('button', { name: '/accounts/*' }));
  await expect(tip).toHaveText(name);
  await page.keyboard.press('Tab');
  await expect(tip).toBeHidden();
});

test('a form about a plan shows what stands in it as code that does the same', async ({ page }) => {
  const env = { TOKEN: token };
  await openConsole(page, '/console/plans/new');
  const foot = page.locator('form > :last-child');
  await page.getByLabel('Requests a month').fill('');
  await page.getByLabel('Name', { exact: true }).fill("Bob's team");
  await page.getByLabel(/^Price a month/).fill('49.99');
  await page.getByLabel('Features').fill('support: e-mail');
  await apigate.paste(await codeIn(foot, 'CLI'));
  const made = { requests_per_month: null, price_monthly_cents: 4999 };
  expect(await ask("/admin/plans/Bob's team")).toMatchObject({
    ...made,
    rate_limit_per_minute: 60,
    features: { support: 'e-mail' },
  });

  await page.goto(`${apigate.apiUrl}/console/plans/bob-s-team`);
  await page.getByLabel('Requests a month').fill('7');
  await page.getByLabel('Requests a minute').fill('');
  await page.getByLabel('Features').fill('');
  const effect = page.getByRole('region', { name: 'Effect on current users' });
  const [viaCurl, viaCli] = [await codeIn(foot, 'curl'), await codeIn(foot, 'CLI')];
  const told = JSON.parse(await apigate.paste(`${await codeIn(effect, 'CLI')} --json`));
  expect(told).toMatchObject({ user_count: 0 });
  const changed = { requests_per_month: 7, rate_limit_per_minute: null, features: {} };
  await apigate.paste(viaCurl, env);
  expect(await ask('/admin/plans/bob-s-team')).toMatchObject(changed);
  expect(await ask('/admin/plans/bob-s-team', 'PUT', made)).toMatchObject(made);
  await apigate.paste(viaCli);
  expect(await ask('/admin/plans/bob-s-team')).toMatchObject({ ...changed, slug: 'bob-s-team' });
});

test('which plan is the default is taken back; one with users is not deleted, and says where they are', async ({
  page,
}) => {
  await openConsole(page, '/console/plans');
  const deletePlan = async (name: string) => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
  };
  await page.getByRole('button', { name: 'Actions for Pro' }).click();
  await page.getByRole('menuitem', { name: 'Make default' }).click();
  await expect(page.getByRole('row', { name: 'Pro' })).toContainText('pro · the default');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('row', { name: 'Free' })).toContainText('free · the default');

  await deletePlan('Free');
  await expect(page.getByText('on this plan, so it cannot be deleted')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go to these users' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await deletePlan('Enterprise');
  await page.getByRole('button', { name: 'Delete plan' }).click();
  await expect(page.getByRole('link', { name: 'Enterprise', exact: true })).toBeHidden();
});
