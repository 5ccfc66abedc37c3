import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { serverUrl, token } from './config.ts';
import { CommandError } from './failure.ts';

const storedLogin = z.object({
  url: serverUrl,
  accessToken: z.string(),
  /** Null where the token was given and does not expire for us. */
  refreshToken: z.string().nullable(),
  accessTokenExpiresAt: z.iso.datetime().nullable(),
});
/** A sign-in, as `apigate login` keeps it. */
export type StoredLogin = z.infer<typeof storedLogin>;

const localCredentials = z.object({ apiUrl: serverUrl, token });
/** The way into the server of this machine, as `apigate serve` leaves it in its data dir. */
export type LocalCredentials = z.infer<typeof localCredentials>;

const loginFile = (configDir: string) => join(configDir, 'credentials.json');

/** The stored sign-in, if there is one. */
export function readLogin(configDir: string): Promise<StoredLogin | undefined> {
  return readJson(loginFile(configDir), storedLogin);
}

/** Keeps a sign-in, for this system user's eyes alone. */
export async function writeLogin(configDir: string, login: StoredLogin): Promise<void> {
  await mkdir(configDir, { recursive: true, mode: 0o700 });
  const path = loginFile(configDir);
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

/** Forgets the stored sign-in. */
export async function removeLogin(configDir: string): Promise<void> {
  await rm(loginFile(configDir), { force: true });
}

/** The credentials of the server on this machine, if it has run here. */
export function readLocalCredentials(dataDir: string): Promise<LocalCredentials | undefined> {
  return readJson(join(dataDir, 'local.json'), localCredentials);
}

async function readJson<S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CommandError('refused', `cannot read ${path}`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new CommandError('refused', `${path} is damaged: remove it, then sign in or start again`);
  }
}
