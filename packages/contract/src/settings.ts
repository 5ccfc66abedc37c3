import { z } from 'zod';

interface SettingDefinition<Schema extends z.ZodType> {
  schema: Schema;
  default: z.output<Schema>;
  description: string;
}

function setting<Schema extends z.ZodType>(
  schema: Schema,
  fallback: z.output<Schema>,
  description: string,
): SettingDefinition<Schema> {
  return { schema, default: fallback, description };
}

/** Every setting: what it may be, what it is until someone sets it, and what it does. */
export const settingDefinitions = {
  require_email_verification: setting(
    z.boolean(),
    false,
    'New customers stay pending until they have verified their address.',
  ),
  'password.min_length': setting(
    z.int().min(8).max(128),
    8,
    'Characters that a password needs at least.',
  ),
  'keys.prefix': setting(
    z.string().regex(/^[a-z][a-z0-9]{0,7}$/),
    'ak',
    'What new keys start with, before the underscore.',
  ),
  'ratelimit.scope': setting(
    z.enum(['user', 'key']),
    'user',
    'Whether all keys of a user share one rate limit or each key has its own.',
  ),
  'quota.exceeded_status': setting(
    z.union([z.literal(402), z.literal(429)]),
    402,
    'HTTP status of the answer when the quota is used up.',
  ),
  'pending.rate_limit_per_minute': setting(
    z.int().min(1),
    10,
    'Requests per minute of a pending user, where the plan allows more.',
  ),
  'pending.requests_per_month': setting(
    z.int().min(1),
    100,
    'Units per month of a pending user, where the plan allows more.',
  ),
  'proxy.forward_email': setting(
    z.boolean(),
    false,
    'Whether the upstream is told the e-mail address of the user, as X-User-Email.',
  ),
} as const satisfies Record<string, SettingDefinition<z.ZodType>>;

export type SettingName = keyof typeof settingDefinitions;
export type Settings = {
  [Name in SettingName]: z.output<(typeof settingDefinitions)[Name]['schema']>;
};
export const settingName = z.enum(
  Object.keys(settingDefinitions) as [SettingName, ...SettingName[]],
);
