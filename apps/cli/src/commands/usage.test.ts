import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { openShell, type Shell } from '../testing/shell.ts';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let server: Gateway;
let shell: Shell;

beforeAll(async () => {
  server = await startGateway();
  shell = await openShell({ APIGATE_URL: server.url, APIGATE_TOKEN: server.token });
}, 60_000);

afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const refusal = z.object({ request_id: z.string(), code: z.string() });

/** Sends a request that is refused, and waits until it is in the database. */
async function refused(key: string): Promise<string> {
  const response = await fetch(`${server.proxyUrl}/echo/x`, { headers: { 'x-api-key': key } });
  const { request_id: id } = refusal.parse(await response.json());
  await vi.waitUntil(async () => (await shell.run(`apigate usage explain ${id}`)).exitCode === 0, {
    timeout: 20_000,
    interval: 100,
  });
  return id;
}

test('explains a refusal: each rule with its numbers, and the one that decided', async () => {
  const made = await shell.json(
    'apigate keys create --user customer@apigate.local --name office --allowed-ips 10.0.0.0/8',
  );
  const { key } = z.object({ key: z.string() }).parse(made);
  const id = await refused(key);
  const { stdout, stderr } = await shell.run(`apigate usage explain ${id}`);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Request +GET \/echo\/x$/m);
  expect(stdout).toMatch(/^Refused +ip_not_allowed$/m);
  expect(stdout).toMatch(/^passed +route +The route \/echo\/\* takes any method\.$/m);
  expect(stdout).toMatch(/^passed +user +The account is active\.$/m);
  expect(stdout).toMatch(
    /^→ REFUSED +ip +The key may be used from 10\.0\.0\.0\/8; it came from 127\.0\.0\.1\.$/m,
  );
  expect(stdout).not.toContain('quota');
  expect(await shell.json(`apigate usage explain ${id}`)).toMatchObject({
    event: { id, refusal_code: 'ip_not_allowed' },
    steps: expect.arrayContaining([
      expect.objectContaining({ rule: 'ip', passed: false, allowed: ['10.0.0.0/8'] }),
    ]),
  });
});

test('says of a request that was let through that nothing refused it', async () => {
  const response = await fetch(`${server.proxyUrl}/echo/x`, {
    headers: { 'x-api-key': server.customerKey },
  });
  const id = response.headers.get('x-request-id') ?? '';
  await vi.waitUntil(async () => (await shell.run(`apigate usage explain ${id}`)).exitCode === 0, {
    timeout: 20_000,
    interval: 100,
  });
  const { stderr } = await shell.run(`apigate usage explain ${id}`);
  expect(stderr).toBe('The proxy did not refuse this request.\n');
});

test('tells of an id that is none, and of one that is not known', async () => {
  expect(await shell.run('apigate usage explain nothing')).toMatchObject({ exitCode: 2 });
  const unknown = await shell.run('apigate usage explain 01a1ffd9-738a-7060-9ce2-6c55bb0b0328');
  expect(unknown.exitCode).toBe(1);
  expect(unknown.stderr).toContain('There is no such request');
});
