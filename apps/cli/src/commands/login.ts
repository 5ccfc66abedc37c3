import { signInInput } from '@apigate/contract';
import { ApigateError, type Caller, type SignedIn } from '@apigate/sdk';
import type { Command } from 'commander';
import { createClient } from '../client.ts';
import { readConfig } from '../config.ts';
import { findUrl, toStoredLogin } from '../connection.ts';
import { type StoredLogin, writeLogin } from '../credentials.ts';
import { callerName } from '../caller-name.ts';
import { CommandError } from '../failure.ts';
import { type Flags, readInput, text, type TypedOptions } from '../flags.ts';
import { addGlobalOptions, globalOptions } from '../global-options.ts';
import { createOutput } from '../output.ts';
import { ask, askSecret, isInteractive } from '../prompt.ts';
import { helpOfExamples } from '../verb.ts';

const flags = {
  email: text('--email <address>', 'e-mail address; asked for when left out'),
  password: text('--password <password>', 'password; asked for when left out'),
  code: text(
    '--code <code>',
    'code of the second factor, or a recovery code; asked for when needed',
  ),
} satisfies Flags<typeof signInInput>;

const credentialsMissing = 'give --email and --password, or --token';
const codeMissing = 'the account has a second factor: give a code of it with --code';

/** `apigate login` */
export function addLogin(program: Command): void {
  const command = program
    .command('login')
    .description('Sign in and remember it; with --token, remember that')
    .option(flags.email.usage, flags.email.about)
    .option(flags.password.usage, flags.password.about)
    .option(flags.code.usage, flags.code.about)
    .addHelpText(
      'after',
      helpOfExamples([
        'apigate login --url https://apigate.example.com --email jane@example.com',
        'apigate login --url https://apigate.example.com --email jane@example.com --code 123456',
        'apigate login --url https://apigate.example.com --token sk_…',
      ]),
    );
  addGlobalOptions(command);
  command.action(async () => {
    const options = globalOptions(command);
    const config = readConfig();
    const url = await findUrl(options, config);
    const { login, caller } =
      options.token === undefined
        ? await signIn(url, command.opts<TypedOptions>())
        : await keepToken(url, options.token);
    await writeLogin(config.configDir, login);
    const output = createOutput(options);
    output.done(`Signed in to ${url} as ${callerName(caller)}.`, { url, ...caller });
    if (caller.kind === 'user' && caller.mustEnrolSecondFactor) {
      output.remark('Admins need a second factor here: set one up in the console first.');
    }
  });
}

interface NewLogin {
  login: StoredLogin;
  caller: Caller;
}

async function signIn(url: string, typed: TypedOptions): Promise<NewLogin> {
  const answers = {
    ...typed,
    email: typed['email'] ?? (await askUnlessPiped(ask, 'E-mail: ', credentialsMissing)),
    password:
      typed['password'] ?? (await askUnlessPiped(askSecret, 'Password: ', credentialsMissing)),
  };
  const login = toStoredLogin(url, await signInWithCode(url, answers));
  return { login, caller: await createClient({ url, token: login.accessToken }).auth.me() };
}

/** Signs in, and once more with a code where the account turns out to need one. */
async function signInWithCode(url: string, answers: TypedOptions): Promise<SignedIn> {
  const api = createClient({ url });
  try {
    return await api.auth.signIn(readInput(signInInput, flags, answers, {}));
  } catch (error) {
    if (!(error instanceof ApigateError) || error.code !== 'second_factor_required') throw error;
  }
  const code = await askUnlessPiped(ask, 'Code of your second factor: ', codeMissing);
  return await api.auth.signIn(readInput(signInInput, flags, { ...answers, code }, {}));
}

async function keepToken(url: string, token: string): Promise<NewLogin> {
  const login = { url, accessToken: token, refreshToken: null, accessTokenExpiresAt: null };
  return { login, caller: await createClient({ url, token }).auth.me() };
}

async function askUnlessPiped(
  asking: typeof ask,
  question: string,
  missing: string,
): Promise<string> {
  if (isInteractive()) return await asking(question);
  throw new CommandError('usage', missing);
}
