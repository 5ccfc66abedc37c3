import {
  cidrList,
  durationSeconds,
  integer,
  parseEnvironment,
  port,
  secret,
  url,
} from '@apigate/config';
import { z } from 'zod';

const secretCharsMin = 32;

const environment = z.object({
  DATABASE_URL: url(['postgres', 'postgresql']),
  APIGATE_HOST: z.string().default('127.0.0.1'),
  APIGATE_PORT: port().default(8080),
  APIGATE_PROXY_PORT: port().default(8000),
  APIGATE_PUBLIC_URL: url(['http', 'https']).optional(),
  APIGATE_PROXY_URL: url(['http', 'https']).optional(),
  APIGATE_TRUSTED_PROXIES: cidrList().default([]),
  APIGATE_KEY_PEPPER: secret({ charsMin: secretCharsMin }),
  APIGATE_ENCRYPTION_KEY: secret({ charsMin: secretCharsMin }),
  JWT_SECRET: secret({ charsMin: secretCharsMin }),
  /** Secrets that signed tokens before, with commas between them. */
  JWT_SECRET_PREVIOUS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine(
      (parts) => parts.every((part) => part.length >= secretCharsMin),
      `each must have at least ${secretCharsMin} characters`,
    )
    .default([]),
  JWT_EXPIRES_IN: durationSeconds().default(3600),
  BCRYPT_COST: integer({ min: 10, max: 16 }).default(12),
  SMTP_URL: url(['smtp', 'smtps']).optional(),
  MAIL_FROM: z.string().max(320).optional(),
  APIGATE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});

/** What the control plane was started with. */
export type ApiConfig = ReturnType<typeof readConfig>;

/** Reads the environment. @throws ConfigError with every problem */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const given = parseEnvironment(environment, env);
  const utf8 = (text: string) => Buffer.from(text, 'utf8');
  const withoutSlash = (address: string) => address.replace(/\/+$/, '');
  return {
    databaseUrl: given.DATABASE_URL,
    host: given.APIGATE_HOST,
    port: given.APIGATE_PORT,
    publicUrl: withoutSlash(given.APIGATE_PUBLIC_URL ?? `http://localhost:${given.APIGATE_PORT}`),
    proxyUrl: withoutSlash(
      given.APIGATE_PROXY_URL ?? `http://localhost:${given.APIGATE_PROXY_PORT}`,
    ),
    trustedProxies: given.APIGATE_TRUSTED_PROXIES,
    bcryptCost: given.BCRYPT_COST,
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
