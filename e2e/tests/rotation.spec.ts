import { expect, test } from '@playwright/test';
import { Apigate, type Quickstart } from '../fixtures/apigate.ts';
import { codeIn } from '../fixtures/do-it-in-code.ts';
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
  await signIn(page, `${made.apiUrl}/console/users`, made.adminEmail, made.adminPassword);
  await page.getByRole('link', { name: made.customerEmail }).first().click();
  const parts = page.getByRole('navigation', { name: 'Parts of this page' });
  await parts.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('button', { name: 'Create key' }).first().click();
  const creation = page.getByRole('dialog', { name: `Create a key for ${made.customerEmail}` });
  await creation.getByLabel('Name').fill('Worker');
  const key = JSON.parse(await apigate.paste(`${await codeIn(creation, 'CLI')} --json`));
  const secret = String(Reflect.get(key, 'key'));
  await creation.getByRole('button', { name: 'Cancel' }).click();
  await page.reload();
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

test('what the dialogs of keys show as code does the same, by a customer as well, and holds no secret', async ({
  page,
}) => {
  const answer = await fetch(`${made.apiUrl}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: made.customerEmail, password: made.customerPassword }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const env = {
    APIGATE_URL: made.apiUrl,
    APIGATE_TOKEN: token,
    TOKEN: token,
    SECRET: 'hush-hush',
  };
  const keyNamed = async (name: string): Promise<unknown> => {
    const listed = await apigate.cli('keys', 'list', '--user', made.customerEmail, '--q', name);
    return (listed as { data: unknown[] }).data[0];
  };
  const dialog = page.getByRole('dialog').first();
  const choose = async (name: string, action: string): Promise<void> => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  await signIn(page, `${made.apiUrl}/portal/keys`, made.customerEmail, made.customerPassword);

  await page.getByRole('button', { name: 'Create key' }).first().click();
  await dialog.getByLabel('Name').fill("Bob's reports");
  await dialog.getByLabel('Expires').selectOption('In 90 days');
  await dialog.getByText('Restrict it further').click();
  await dialog.getByLabel('Allowed addresses').fill('192.0.2.7\n10.0.0.0/8');
  await dialog.getByLabel('Requests a minute').fill('40');
  await dialog.getByLabel('Scopes').fill('reports:*');
  await apigate.paste(await codeIn(dialog, 'CLI'), env);
  const made90 = {
    name: "Bob's reports",
    scopes: ['reports:*'],
    allowed_ips: ['192.0.2.7', '10.0.0.0/8'],
    rate_limit_per_minute: 40,
    expires_at: expect.any(String),
  };
  expect(await keyNamed('Bob')).toMatchObject(made90);

  await page.reload();
  await choose("Bob's reports", 'Edit…');
  await dialog.getByLabel('Expires').selectOption('Never');
  await dialog.getByLabel('Allowed addresses').fill('');
  await dialog.getByLabel('Scopes').fill('');
  await apigate.paste(await codeIn(dialog, 'CLI'), env);
  const changed = { allowed_ips: null, scopes: [], expires_at: null, rate_limit_per_minute: 40 };
  expect(await keyNamed('Bob')).toMatchObject(changed);

  const chosen = ['--kind', 'basic', '--key-id', 'shop-1', '--key-secret', 's3cret'];
  await apigate.cli('keys', 'create', '--user', made.customerEmail, '--name', 'Shop', ...chosen);
  await page.goto(`${made.apiUrl}/portal/keys`);
  await choose('Shop', 'Rotate…');
  await dialog.getByLabel('New key id').fill('shop-2');
  await dialog.getByLabel('New key secret').fill(env.SECRET);
  await dialog.getByLabel('The old key stops').selectOption('At once');
  const shown = [
    await codeIn(dialog, 'CLI'),
    await codeIn(dialog, 'curl'),
    await codeIn(dialog, 'SDK'),
  ];
  expect(shown.join()).not.toContain(env.SECRET);
  await apigate.paste(shown[1] ?? '', env);
  await expect.poll(() => statusWith(`shop-2:${env.SECRET}`, 'shop')).toBe(200);

  const { id } = (await keyNamed('Bob')) as { id: string };
  await apigate.cli('keys', 'rotate', id, '--overlap', '3600');
  await page.reload();
  await page.getByRole('button', { name: 'Cancel rotation…' }).click();
  await apigate.paste(`${await codeIn(dialog, 'CLI')} --yes`, env);
  await page.reload();
  await expect(page.getByText('Retiring')).toBeHidden();
  await choose("Bob's reports", 'Revoke…');
  await apigate.paste(await codeIn(dialog, 'curl'), env);
  expect(await keyNamed('Bob')).toMatchObject({ status: 'revoked' });
});
