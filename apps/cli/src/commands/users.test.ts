import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
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

describe('the commands of the users guide work as written', () => {
  test.for([
    'apigate users create \\\n  --email "customer@example.com" \\\n  --name "Acme Corp" \\\n  --plan "free"',
    'apigate users create \\\n  --email "admin@company.com" \\\n  --role admin',
    'apigate users create --email "user@company.com"',
    'apigate users create --id "user-123" --email "user123@company.com"',
    'apigate users list',
    'apigate users list --plan "pro"',
    'apigate users list --status "active"',
    'apigate users get user-123',
    'apigate users update user-123 --role admin',
    'apigate users update user-123 --role customer',
    'apigate users update user-123 --plan "pro"',
    'apigate users update user-123 --name "New Name"',
    `apigate users update user-123 --metadata '{"company_size": "10-50", "industry": "fintech"}'`,
    'apigate users update user-123 --stripe-customer-id "cus_xxx"',
    'apigate users suspend user-123',
    'apigate users activate user-123',
    'apigate users verify user-123',
    'apigate users set-password user-123 --password "new-password"',
    'apigate plans create --name "Basic" --default true',
  ])('%s', async (commandLine) => {
    expect(await shell.run(commandLine)).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining('error'),
    });
  });

  test('and have their effect', async () => {
    expect(await shell.json('apigate users get user-123')).toMatchObject({
      email: 'user123@company.com',
      external_id: 'user-123',
      name: 'New Name',
      plan: { slug: 'pro' },
      role: 'customer',
      status: 'active',
      metadata: { company_size: '10-50', industry: 'fintech' },
      stripe_customer_id: 'cus_xxx',
      email_verified_at: expect.any(String),
    });
    expect(await shell.json('apigate plans get basic')).toMatchObject({ is_default: true });
  });
});

describe('deleting a user', () => {
  test('is refused without --yes where nobody can be asked', async () => {
    expect(await shell.run('apigate users delete user-123')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'error: this is final and nobody is there to ask: add --yes\n',
    });
  });

  test('names the consequences and offers suspension first', async () => {
    const talk = (answer: string) =>
      shell.converse('apigate users delete user-123', 'leaves it as it is:', answer);
    const refused = await talk('y');
    expect(refused.exitCode).toBe(1);
    for (const consequence of ['key is revoked', 'usage history', 'sessions end', 'audit log']) {
      expect(refused.stdout).toContain(consequence);
    }
    expect(await talk('suspend')).toMatchObject({ exitCode: 0 });
    expect(await shell.json('apigate users get user-123')).toMatchObject({ status: 'suspended' });
    expect(await talk('delete')).toMatchObject({ exitCode: 0 });
    expect(await shell.run('apigate users get user-123')).toMatchObject({ exitCode: 1 });
  });

  test('is done at once with --yes', async () => {
    expect(await shell.run('apigate users delete user@company.com --yes')).toEqual({
      exitCode: 0,
      stdout: 'user@company.com is deleted.\n',
      stderr: '',
    });
  });
});
