import path from 'node:path';
import { environment, parseEnvironment } from '@apigate/config';

const variables = environment.pick({
  DATABASE_URL: true,
  APIGATE_DATA_DIR: true,
  REDIS_URL: true,
  APIGATE_HOST: true,
  APIGATE_PORT: true,
  APIGATE_PROXY_PORT: true,
  APIGATE_PUBLIC_URL: true,
  APIGATE_PROXY_URL: true,
  APIGATE_TRUSTED_PROXIES: true,
  APIGATE_KEY_PEPPER: true,
  APIGATE_ENCRYPTION_KEY: true,
  JWT_SECRET: true,
  JWT_SECRET_PREVIOUS: true,
  JWT_EXPIRES_IN: true,
  BCRYPT_COST: true,
  THROTTLE_TTL: true,
  THROTTLE_LIMIT: true,
  SMTP_URL: true,
  MAIL_FROM: true,
  APIGATE_LOG_LEVEL: true,
});

/** What the control plane was started with. */
export type ApiConfig = ReturnType<typeof readConfig>;

/** Reads the environment. @throws ConfigError with every problem */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const given = parseEnvironment(variables, env);
  const utf8 = (text: string) => Buffer.from(text, 'utf8');
  const withoutSlash = (address: string) => address.replace(/\/+$/, '');
  return {
    databaseUrl: given.DATABASE_URL,
    dataDir: path.resolve(given.APIGATE_DATA_DIR),
    redisUrl: given.REDIS_URL?.reveal() ?? null,
    host: given.APIGATE_HOST,
    port: given.APIGATE_PORT,
    publicUrl: withoutSlash(given.APIGATE_PUBLIC_URL ?? `http://localhost:${given.APIGATE_PORT}`),
    proxyUrl: withoutSlash(
      given.APIGATE_PROXY_URL ?? `http://localhost:${given.APIGATE_PROXY_PORT}`,
    ),
    trustedProxies: given.APIGATE_TRUSTED_PROXIES,
    bcryptCost: given.BCRYPT_COST,
    throttle: { windowSeconds: given.THROTTLE_TTL, limit: given.THROTTLE_LIMIT },
    mail: { smtpUrl: given.SMTP_URL ?? null, from: given.MAIL_FROM ?? null },
    logLevel: given.APIGATE_LOG_LEVEL,
    secrets: {
      keyPepper: utf8(given.APIGATE_KEY_PEPPER.reveal()),
      encryptionKey: utf8(given.APIGATE_ENCRYPTION_KEY.reveal()),
      jwtSecrets: [given.JWT_SECRET.reveal(), ...given.JWT_SECRET_PREVIOUS].map(utf8),
      accessTokenSeconds: given.JWT_EXPIRES_IN,
    },
  };
}
