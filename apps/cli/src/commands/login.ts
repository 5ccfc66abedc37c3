import { signInInput } from '@apigate/contract';
import { type Caller, createApigate } from '@apigate/sdk';
import type { Command } from 'commander';
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
} satisfies Flags<typeof signInInput>;

/** `apigate login` */
export function addLogin(program: Command): void {
  const command = program
    .command('login')
    .description('Sign in and remember it; with --token, remember that')
    .option(flags.email.usage, flags.email.about)
    .option(flags.password.usage, flags.password.about)
    .addHelpText(
      'after',
      helpOfExamples([
        'apigate login --url https://apigate.example.com --email jane@example.com',
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
    createOutput(options).done(`Signed in to ${url} as ${callerName(caller)}.`, { url, ...caller });
  });
}

interface NewLogin {
  login: StoredLogin;
  caller: Caller;
}

async function signIn(url: string, typed: TypedOptions): Promise<NewLogin> {
  const answers = {
    email: typed['email'] ?? (await askUnlessPiped(ask, 'E-mail: ')),
    password: typed['password'] ?? (await askUnlessPiped(askSecret, 'Password: ')),
  };
  const input = readInput(signInInput, flags, answers, {});
  const signedIn = await createApigate({ url }).auth.signIn(input);
  return { login: toStoredLogin(url, signedIn), caller: { kind: 'user', user: signedIn.user } };
}

async function keepToken(url: string, token: string): Promise<NewLogin> {
  const login = { url, accessToken: token, refreshToken: null, accessTokenExpiresAt: null };
  return { login, caller: await createApigate({ url, token }).auth.me() };
}

async function askUnlessPiped(asking: typeof ask, question: string): Promise<string> {
  if (isInteractive()) return await asking(question);
  throw new CommandError('usage', 'give --email and --password, or --token');
}
