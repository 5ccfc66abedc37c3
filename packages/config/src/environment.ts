import { z } from 'zod';
import { Secret } from './secret.ts';
import { cidrList, durationSeconds, integer, port, secret, url } from './variables.ts';

const secretCharsMin = 32;

/**
 * The variables of the control plane and the proxy. Each picks those that it needs; whoever starts both checks all of
 * them before either runs.
 */
export const environment = z.object({
  DATABASE_URL: url(['postgres', 'postgresql']),
  REDIS_URL: url(['redis', 'rediss'])
    .transform((text) => new Secret(text))
    .optional(),
  /** Where usage waits for the database, and what `apigate serve` keeps on one machine. */
  APIGATE_DATA_DIR: z.string().default('./.apigate'),
  APIGATE_HOST: z.string().default('127.0.0.1'),
  APIGATE_PORT: port().default(8080),
  APIGATE_PROXY_PORT: port().default(8000),
  APIGATE_PUBLIC_URL: url(['http', 'https']).optional(),
  APIGATE_PROXY_URL: url(['http', 'https']).optional(),
  APIGATE_PROXY_THREADS: integer({ min: 1, max: 64 }).optional(),
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
  /** How many calls of GraphQL a customer has in how many seconds. */
  THROTTLE_TTL: integer({ min: 1, max: 86_400 }).default(60),
  THROTTLE_LIMIT: integer({ min: 1, max: 1_000_000 }).default(10),
  SMTP_URL: url(['smtp', 'smtps']).optional(),
  MAIL_FROM: z
    .string()
    .max(320)
    .regex(
      /^(?:[^<>]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/,
      'must be an address such as support@example.com or Acme <support@example.com>',
    )
    .optional(),
  APIGATE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});
