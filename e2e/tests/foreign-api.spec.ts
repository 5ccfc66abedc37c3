import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { Apigate } from '../fixtures/apigate.ts';
import { freePort } from '../fixtures/free-port.ts';
import { signIn } from '../fixtures/sign-in.ts';

const admin = { email: 'owner@example.com', password: 'correct horse battery' };
const require = createRequire(import.meta.url);

/** json-server, an API that nobody here wrote, with one kind of thing in it. */
async function startJsonServer(): Promise<{ url: string } & AsyncDisposable> {
  const dir = await mkdtemp(path.join(tmpdir(), 'apigate-json-server-'));
  const file = path.join(dir, 'db.json');
  await writeFile(file, JSON.stringify({ posts: [{ id: 1, title: 'hello' }] }));
  const port = await freePort();
  const program = require.resolve('json-server/lib/cli/bin.js');
  const child = spawn(process.execPath, [program, '--port', String(port), file], {
    stdio: 'ignore',
  });
  const url = `http://localhost:${port}`;
  await expect
    .poll(() =>
      fetch(`${url}/posts`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill();
      await rm(dir, { recursive: true });
    },
  };
}

test('does its job in front of an API that no one here wrote', async ({ page }) => {
  test.setTimeout(120_000);
  await using upstream = await startJsonServer();
  await using apigate = await Apigate.prepare({
    APIGATE_UPSTREAM_URL: upstream.url,
    APIGATE_ADMIN_EMAIL: admin.email,
    APIGATE_ADMIN_PASSWORD: admin.password,
  });
  await apigate.start();

  await apigate.cli('plans', 'create', '--name', 'Small', '--monthly-quota', '5');
  await apigate.cli('users', 'create', '--email', 'jane@example.com', '--plan', 'small');
  const key = (await apigate.cli(
    ...['keys', 'create', '--user', 'jane@example.com', '--name', 'Test'],
  )) as { key: string };
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${apigate.proxyUrl}${path}`, {
      ...init,
      headers: { 'x-api-key': key.key, 'content-type': 'application/json' },
    });

  const read = await call('/posts?title=hello');
  expect(read.status).toBe(200);
  expect(await read.json()).toEqual([{ id: 1, title: 'hello' }]);

  const written = await call('/posts', { method: 'POST', body: '{"title":"through the proxy"}' });
  expect(written.status).toBe(201);
  expect(await (await fetch(`${upstream.url}/posts/2`)).json()).toMatchObject({
    title: 'through the proxy',
  });

  expect((await call('/missing')).status).toBe(404);
  for (let left = 2; left > 0; left -= 1) await call('/posts');
  const refused = await call('/posts');
  expect(refused.status).toBe(402);
  expect(await refused.json()).toMatchObject({ code: 'quota_exceeded' });

  await signIn(page, `${apigate.apiUrl}/console/users`, admin.email, admin.password);
  await page.getByRole('row', { name: 'jane@example.com' }).getByRole('link').first().click();
  await expect(page.getByText('5 of 5')).toBeVisible();
});
