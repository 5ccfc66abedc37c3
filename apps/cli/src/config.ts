import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnvironment, url } from '@apigate/config';
import { z } from 'zod';

/** An address of a control plane. */
export const serverUrl = url(['http', 'https']);

/** A service key or an access token; it travels in a header. */
export const token = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, 'must be a service key or an access token');

const environment = z.object({
  APIGATE_URL: serverUrl.optional(),
  APIGATE_TOKEN: token.optional(),
  APIGATE_DATA_DIR: z.string().default('.apigate'),
  XDG_CONFIG_HOME: z.string().default(join(homedir(), '.config')),
});

/** What the environment says about this command. */
export interface Config {
  url: string | undefined;
  token: string | undefined;
  /** Where `apigate serve` keeps its data, with the credentials for this machine. */
  dataDir: string;
  /** Where sign-ins are kept. */
  configDir: string;
}

/** @throws ConfigError with every problem of the environment. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = parseEnvironment(environment, env);
  return {
    url: parsed.APIGATE_URL,
    token: parsed.APIGATE_TOKEN,
    dataDir: resolve(parsed.APIGATE_DATA_DIR),
    configDir: join(parsed.XDG_CONFIG_HOME, 'apigate'),
  };
}
