import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { hasErrorCode } from './has-error-code.ts';
import { writePrivateFile } from './private-file.ts';

const names = ['JWT_SECRET', 'APIGATE_ENCRYPTION_KEY', 'APIGATE_KEY_PEPPER'] as const;

/** The secrets that both planes need, under the names of their variables. */
export type LocalSecrets = Record<(typeof names)[number], string>;

const kept = z.object({
  JWT_SECRET: z.string().min(32),
  APIGATE_ENCRYPTION_KEY: z.string().min(32),
  APIGATE_KEY_PEPPER: z.string().min(32),
});

/**
 * The secrets of this installation: those of the environment, and for the rest generated ones kept in the data dir.
 *
 * @param mayMake false where another process needs the same ones and could not know what is made here.
 * @throws Error that names what is missing
 */
export async function localSecrets(
  dataDir: string,
  env: NodeJS.ProcessEnv,
  { mayMake }: { mayMake: boolean },
): Promise<LocalSecrets> {
  const file = path.join(dataDir, 'secrets.json');
  const given = kept.safeParse(env);
  if (given.success) return given.data;
  const secrets = await readSecrets(file);
  if (secrets === null) {
    if (!mayMake) {
      throw new Error(
        `With --only, set ${names.join(', ')} to the same values for both planes (32 characters or more each).`,
      );
    }
    const made = Object.fromEntries(
      names.map((name) => [name, randomBytes(32).toString('base64url')]),
    );
    await writePrivateFile(file, `${JSON.stringify(made, null, 2)}\n`);
    return localSecrets(dataDir, env, { mayMake });
  }
  for (const name of names) secrets[name] = env[name] || secrets[name];
  return secrets;
}

async function readSecrets(file: string): Promise<LocalSecrets | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
  const parsed = kept.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${file} is damaged. Put it back from a backup: keys and stored secrets open with what it held alone.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
