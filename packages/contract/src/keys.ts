import { z } from 'zod';
import { id, limit, lineOfText, moment, page, pageInput, ref, searchText } from './primitives.ts';

export const keyNameCharsMax = 100;
export const keysPerUserMax = 100;

/** `live` works; the other four do not, and say why. */
export const keyStatus = z.enum(['live', 'disabled', 'expired', 'revoked']);
export type KeyStatus = z.infer<typeof keyStatus>;

/** A name that a route may require of a key, such as `reports:read`. */
export const scope = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+(?:[._:*-][a-z0-9*]+)*$/i, 'may hold letters, digits and . _ : - *');
export const scopes = z.array(scope).max(32);

const ipv4 = /^(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?$/;

/** An address or a CIDR range, IPv4 or IPv6. */
export const ipRange = z
  .string()
  .trim()
  .refine((value) => {
    if (ipv4.test(value)) {
      return value.includes('/')
        ? z.cidrv4().safeParse(value).success
        : z.ipv4().safeParse(value).success;
    }
    return value.includes('/')
      ? z.cidrv6().safeParse(value).success
      : z.ipv6().safeParse(value).success;
  }, 'must be an IP address or a range such as 10.0.0.0/8');

/** A key as it is listed: all but the secret, which exists in the answer to `create` alone. */
export const key = z.object({
  id,
  user: z.object({ id, email: z.string(), name: z.string().nullable() }),
  name: z.string(),
  kind: z.enum(['key', 'basic']),
  /** The first characters of the secret, such as `ak_7Hq2`. */
  prefix: z.string(),
  lastFour: z.string(),
  status: keyStatus,
  scopes: z.array(z.string()),
  allowedIps: z.array(z.string()).nullable(),
  /** Requests per minute, only ever tighter than the plan's; null means the plan decides. */
  rateLimitPerMinute: z.int().nullable(),
  expiresAt: z.date().nullable(),
  lastUsedAt: z.date().nullable(),
  enabled: z.boolean(),
  revokedAt: z.date().nullable(),
  createdAt: z.date(),
});
export type Key = z.infer<typeof key>;

/** The one shape that holds the secret. */
export const createdKey = key.extend({ secret: z.string() });
export type CreatedKey = z.infer<typeof createdKey>;

export const keyRef = z.strictObject({ key: id });

const settings = {
  name: lineOfText(keyNameCharsMax),
  scopes,
  allowedIps: z.array(ipRange).min(1).max(64).nullable(),
  rateLimitPerMinute: limit,
  expiresAt: moment.nullable(),
};

export const createKeyInput = z.strictObject({
  /** Whose key; left out, the caller's own. */
  user: ref.optional(),
  name: settings.name,
  scopes: settings.scopes.default([]),
  allowedIps: settings.allowedIps.default(null),
  rateLimitPerMinute: settings.rateLimitPerMinute.default(null),
  expiresAt: settings.expiresAt.default(null),
});
export type CreateKeyInput = z.input<typeof createKeyInput>;

export const updateKeyInput = z.strictObject({
  key: id,
  name: settings.name.optional(),
  scopes: settings.scopes.optional(),
  allowedIps: settings.allowedIps.optional(),
  rateLimitPerMinute: settings.rateLimitPerMinute.optional(),
  expiresAt: settings.expiresAt.optional(),
  enabled: z.boolean().optional(),
});
export type UpdateKeyInput = z.input<typeof updateKeyInput>;

export const listKeysInput = pageInput.extend({
  /** Whose keys; left out, all that the caller may see. */
  user: ref.optional(),
  status: keyStatus.optional(),
  /** Part of a name, or a prefix or the last four characters of the secret. */
  q: searchText.optional(),
});
export type ListKeysInput = z.input<typeof listKeysInput>;

export const keyPage = page(key);
