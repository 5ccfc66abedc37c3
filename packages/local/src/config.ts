import path from 'node:path';
import { environment, parseEnvironment, url } from '@apigate/config';
import { email } from '@apigate/contract';
import { z } from 'zod';

/** All that the two planes read, so that a fault in it stops the start before anything runs, and what is ours alone. */
const variables = environment
  .partial({
    DATABASE_URL: true,
    APIGATE_KEY_PEPPER: true,
    APIGATE_ENCRYPTION_KEY: true,
    JWT_SECRET: true,
  })
  .extend({
    APIGATE_UPSTREAM_URL: url(['http', 'https']).optional(),
    APIGATE_ADMIN_EMAIL: email.optional(),
    APIGATE_ADMIN_PASSWORD: z.string().min(8, 'must have at least 8 characters').optional(),
  });

/** What `apigate serve` was started with. */
export type LocalConfig = ReturnType<typeof readConfig>;

/** Reads the environment. @throws ConfigError with every problem */
export function readConfig(env: NodeJS.ProcessEnv) {
  const given = parseEnvironment(variables, env);
  const apiUrl = given.APIGATE_PUBLIC_URL ?? `http://localhost:${given.APIGATE_PORT}`;
  const proxyUrl = given.APIGATE_PROXY_URL ?? `http://localhost:${given.APIGATE_PROXY_PORT}`;
  return {
    dataDir: path.resolve(given.APIGATE_DATA_DIR),
    host: given.APIGATE_HOST,
    ports: [
      { name: 'APIGATE_PORT', port: given.APIGATE_PORT },
      { name: 'APIGATE_PROXY_PORT', port: given.APIGATE_PROXY_PORT },
    ] as const,
    apiUrl: apiUrl.replace(/\/+$/, ''),
    /** For callers on this machine, whatever stands in front of the public address. */
    localApiUrl: `http://${localHost(given.APIGATE_HOST)}:${given.APIGATE_PORT}`,
    proxyUrl: proxyUrl.replace(/\/+$/, ''),
    upstreamUrl: given.APIGATE_UPSTREAM_URL ?? null,
    adminEmail: given.APIGATE_ADMIN_EMAIL ?? null,
    adminPassword: given.APIGATE_ADMIN_PASSWORD ?? null,
    databaseUrl: given.DATABASE_URL ?? null,
    bcryptCost: given.BCRYPT_COST,
  };
}

/** Where this machine reaches a server that listens on `host`. */
function localHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
