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
    'apigate users list --inactive-days 30',
    'apigate users stats user-123',
    'apigate users export --format csv > users.csv',
    'apigate users export --format json > users.json',
    'printf "email,name,plan_name\\njohn@example.com,John Doe,pro\\njane@example.com,Jane Smith,free\\n" > new.csv; apigate users import new.csv',
    'apigate analytics users --sort requests --limit 10',
    'apigate analytics users --filter "quota_percent > 80"',
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

describe('users by the file', () => {
  test('are exported so that another installation takes them', async () => {
    const { stdout } = await shell.run('apigate users export --q example.com');
    expect(stdout).toMatch(/^email,name,plan_name,.*\r\n/);
    expect(stdout).toMatch(/^john@example\.com,John Doe,Pro,/m);
    expect(await shell.run('apigate users export --output copy.csv')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect((await shell.run('cat copy.csv; ls')).stdout).not.toContain('.part');
    expect(await shell.json('apigate users export --q john@')).toMatchObject([
      { email: 'john@example.com', plan: { slug: 'pro' } },
    ]);
  });

  test('are refused by the line, with nothing on stdout', async () => {
    expect(
      await shell.run(
        'printf "email,plan_name\\nnew@example.com,gold\\n" | apigate users import -',
      ),
    ).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: 1 of 1 rows is faulty, so nothing was imported \(bad_request, request .*\)\n {2}line 2, plan_name: there is no plan “gold”\n$/,
      ),
    });
    expect(await shell.run('apigate users import nowhere.csv')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: ENOENT[^\n]*nowhere\.csv'\n$/),
    });
  });

  test('are imported without the faulty ones where that is asked for', async () => {
    const skip = 'printf "email\\nnew@example.com\\nold\\n" | apigate users import - --skip-faulty';
    const { stdout } = await shell.run(`${skip} --dry-run`);
    expect(stdout).toContain('1 users would be imported, 1 faulty rows left out.');
    expect(stdout).toMatch(/^3 +email +must be an e-mail address/m);
    expect(await shell.json(skip)).toEqual({
      dry_run: false,
      rows: 2,
      imported: 1,
      skipped: 1,
      faults: [{ line: 3, field: 'email', message: expect.stringContaining('e-mail') }],
    });
  });
});

describe('completion', () => {
  test('offers in bash what may come next', async () => {
    const offered = async (...words: string[]) => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const script = `source <(apigate completion bash); COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _apigate; echo "\${COMPREPLY[*]}"`;
      return (
        await shell.run(`bash -c ${JSON.stringify(script).replaceAll('$', '\\$')}`)
      ).stdout.trim();
    };
    expect(await offered('apigate', 'us')).toBe('users usage');
    expect(await offered('apigate', '--json', 'users', 'list', '--st')).toBe('--status');
    expect(await offered('apigate', 'users', 'list', '--status', 's')).toBe('suspended');
    expect(await offered('apigate', 'users', 'import', '')).toBe('');
  });

  test.for(['zsh', 'fish'])('knows every noun and flag in %s', async (shellName) => {
    const { stdout } = await shell.run(`apigate completion ${shellName}`);
    for (const word of ['users', 'import', 'dry-run', 'suspended']) expect(stdout).toContain(word);
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
