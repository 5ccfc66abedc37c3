import { type Apigate, ApigateError, type SignedIn, type Token } from '@apigate/sdk';
import { createClient } from './client.ts';
import type { Config } from './config.ts';
import {
  readLocalCredentials,
  readLogin,
  removeLogin,
  type StoredLogin,
  writeLogin,
} from './credentials.ts';
import { CommandError } from './failure.ts';

/** Where a control plane listens unless somebody says otherwise. */
const defaultUrl = 'http://127.0.0.1:8080';

/** A token is renewed this long before it expires, so that it lasts through the call. */
const renewalMs = 30_000;

/** What `--url` and `--token` say. */
export interface ConnectionOptions {
  url?: string | undefined;
  token?: string | undefined;
}

interface Source {
  url: string | undefined;
  token: Token | undefined;
}

/**
 * A client for the server that the flags, the environment, the stored sign-in or the data dir name, in this order.
 * A token is only ever sent to the address that it was given with.
 * @throws CommandError where none of them names one.
 */
export async function connect(options: ConnectionOptions, config: Config): Promise<Apigate> {
  const sources = await findSources(options, config);
  const url = serverUrl(sources);
  const isOurs = (source: Source) => source.url === undefined || isSameServer(source.url, url);
  const token = sources.find((source) => source.token !== undefined && isOurs(source))?.token;
  if (token === undefined) {
    throw new CommandError(
      'usage',
      `no way to sign in to ${url}: run "apigate login", give --url and --token (or APIGATE_URL and APIGATE_TOKEN), or run this beside the data dir of "apigate serve"`,
    );
  }
  return createClient({ url, token });
}

/** The address that a sign-in goes to. */
export async function findUrl(options: ConnectionOptions, config: Config): Promise<string> {
  return serverUrl(await findSources(options, config));
}

/** What `apigate login` keeps of an answer to a sign-in. */
export function toStoredLogin(url: string, signedIn: SignedIn): StoredLogin {
  const { accessToken, refreshToken, accessTokenExpiresAt } = signedIn;
  if (accessToken === null) throw new Error('A sign-in without cookies answers with its tokens.');
  return {
    url,
    accessToken,
    refreshToken,
    accessTokenExpiresAt: accessTokenExpiresAt.toISOString(),
  };
}

async function findSources(options: ConnectionOptions, config: Config): Promise<Source[]> {
  const login = await readLogin(config.configDir);
  const local = await readLocalCredentials(config.dataDir);
  return [
    { url: options.url, token: options.token },
    { url: config.url, token: config.token },
    { url: login?.url, token: login && (() => freshToken(login, config.configDir)) },
    { url: local?.apiUrl, token: local?.token },
  ];
}

function serverUrl(sources: Source[]): string {
  return sources.find((source) => source.url !== undefined)?.url ?? defaultUrl;
}

function isSameServer(a: string, b: string): boolean {
  return new URL(a).href === new URL(b).href;
}

/** The access token of a sign-in, renewed by its refresh token when it is about to expire. */
async function freshToken(login: StoredLogin, configDir: string): Promise<string> {
  const { url, accessToken, refreshToken, accessTokenExpiresAt } = login;
  if (refreshToken === null || accessTokenExpiresAt === null) return accessToken;
  if (Date.parse(accessTokenExpiresAt) - Date.now() > renewalMs) return accessToken;
  try {
    Object.assign(
      login,
      toStoredLogin(url, await createClient({ url }).auth.refresh({ refreshToken })),
    );
  } catch (error) {
    if (!(error instanceof ApigateError) || error.code !== 'invalid_refresh_token') throw error;
    await removeLogin(configDir);
    throw new CommandError('refused', `the sign-in to ${url} has ended: run "apigate login"`);
  }
  await writeLogin(configDir, login);
  return login.accessToken;
}
