import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellFailure } from './failure.ts';
import { createProgram } from './program.ts';

beforeEach(() => {
  vi.stubEnv('APIGATE_URL', 'http://127.0.0.1:3');
  vi.stubEnv('APIGATE_TOKEN', 'sk_1');
  vi.stubEnv('XDG_CONFIG_HOME', '/nowhere');
  vi.stubEnv('APIGATE_DATA_DIR', '/nowhere');
  vi.stubGlobal('fetch', () => {
    throw new Error('Something was sent.');
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Runs a command line without quotes in this process, and gives its exit code and what it said on stderr. */
async function fail(commandLine: string): Promise<{ exitCode: number; stderr: string }> {
  let stderr = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  try {
    await createProgram().parseAsync(commandLine.split(' ').filter(Boolean), { from: 'user' });
  } catch (error) {
    return { exitCode: tellFailure(error), stderr };
  }
  throw new Error(`${commandLine} did not fail`);
}

test.for([
  ['', 'Usage: apigate'],
  ['users', 'Usage: apigate users'],
  ['users lst', "error: unknown command 'lst'\n(Did you mean list?)"],
  ['users list --stat active', "error: unknown option '--stat'"],
  ['users list --limit 0', 'error: --limit: Too small'],
  ['users list --json --csv', 'error: choose --json or --csv'],
  ['users get', "error: missing required argument 'user'"],
  ['users create', "error: required option '--email <address>' not specified"],
  ['users create --email nobody', 'error: --email: must be an e-mail address'],
  ['users update jane@example.com', 'error: nothing to change: give --email, --name'],
  ['users set-password jane@example.com', 'error: give the new password with --password'],
  ['settings set mail.smtp_url', 'error: give the value after the name'],
  ['audit list --action users.eaten', 'error: --action: Invalid option'],
  ['audit list --since yesterday', 'error: --since: must be a day or time such as'],
  ['audit export --format xml', 'error: --format: Invalid option'],
  ['invites create --email mary@example.com', "error: required option '--role <role>'"],
  ['invites create --email mary@example.com --role customer', 'error: --role: Invalid option'],
  ['mails show newest', 'error: <mail>: Invalid UUID'],
  ['plans create --name X --price abc --rate-limit 5', 'error: --price: must be a number'],
  ['plans create --name X --rate-limit 0', 'error: --rate-limit: 0 is not a limit'],
  ['login', 'error: give --email and --password, or --token'],
  ['serve --only web', "error: option '--only <part>' argument 'web' is invalid"],
  ['users list --url localhost', 'error: --url: must be an address'],
  ['users list --token schlüssel', 'error: --token: must be a service key'],
  ['--url http://127.0.0.1:2 users list', 'no way to sign in to http://127.0.0.1:2'],
] as const)('apigate %s is refused before anything is sent', async ([commandLine, message]) => {
  const { exitCode, stderr } = await fail(commandLine);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test('a bad environment is a fault of use, too', async () => {
  vi.stubEnv('APIGATE_URL', 'localhost');
  expect(await fail('users list')).toEqual({
    exitCode: 2,
    stderr: 'error: APIGATE_URL: must be an address that begins with http:// or https://\n',
  });
});
