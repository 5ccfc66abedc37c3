import { z } from 'zod';
import { userRole } from './users.ts';
import { id, limit, lineOfText, moment, page, pageInput, ref, searchText } from './primitives.ts';
import { wholeKey } from './without-schema.ts';

export const keyNameCharsMax = 100;
export const keysPerUserMax = 100;

/** `live` works; the others do not, and say why: `replaced` is a key whose successor has taken over for good. */
export const keyStatus = z.enum(['live', 'disabled', 'expired', 'replaced', 'revoked']);
export type KeyStatus = z.infer<typeof keyStatus>;

/** `key` is a secret of ours, `basic` a key id and a secret that its owner chose. */
export const keyKind = z.enum(['key', 'basic']);
export type KeyKind = z.infer<typeof keyKind>;

/** The name by which a credential of the kind `basic` is known; unique, and no secret. */
export const keyId = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, 'may hold letters, digits and . _ @ - only');

/** The secret of a credential of the kind `basic`. */
export const keySecret = z
  .string()
  .min(6)
  .max(256)
  .regex(/^[\x21-\x7e]*$/, 'may hold visible ASCII only');

/** For how long both keys work after a rotation, unless told: a day. */
export const overlapSecondsDefault = 86_400;
export const overlapSecondsMax = 30 * 86_400;

/** A name that a route may require of a key, such as `reports:read`. */
export const scope = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+(?:[._:*-][a-z0-9*]+)*$/i, 'may hold letters, digits and . _ : - *');
export const scopes = z.array(scope).max(32);
export const scopeList = z.object({ data: z.array(z.string()) });

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
  user: z.object({ id, email: z.string(), name: z.string().nullable(), role: userRole }),
  name: z.string(),
  kind: keyKind,
  /** The chosen name of a `basic` one, else null. */
  keyId: z.string().nullable(),
  /** The first characters of the secret, such as `ak_7Hq2`; of a `basic` one its key id. */
  prefix: z.string(),
  /** Empty for a `basic` one, whose secret is its owner's. */
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
  /** The key that a rotation put in its place. */
  replacedBy: z.string().nullable(),
  /** Until when it works beside that one. */
  graceUntil: z.date().nullable(),
  createdAt: z.date(),
});
export type Key = z.infer<typeof key>;

/** The one shape that holds the secret; that of a `basic` one reads `keyId:keySecret`, as `X-API-Key` takes it. */
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

const chosen = { keyId: keyId.optional(), keySecret: keySecret.optional() };
const bothChosen = 'a key id and a key secret go together';

export const createKeyInput = z
  .strictObject({
    /** Whose key; left out, the caller's own. */
    user: ref.optional(),
    name: settings.name,
    kind: keyKind.default('key'),
    /** Both are needed for the kind `basic`, and for no other. */
    ...chosen,
    scopes: settings.scopes.default([]),
    allowedIps: settings.allowedIps.default(null),
    rateLimitPerMinute: settings.rateLimitPerMinute.default(null),
    expiresAt: settings.expiresAt.default(null),
  })
  .refine(
    ({ kind, keyId, keySecret }) =>
      kind !== 'basic' || (keyId !== undefined && keySecret !== undefined),
    {
      path: ['keyId'],
      message: 'is needed for the kind basic, and so is a key secret',
    },
  )
  .refine(
    ({ kind, keyId, keySecret }) =>
      kind === 'basic' || (keyId === undefined && keySecret === undefined),
    {
      path: ['keyId'],
      message: 'is for the kind basic alone, and so is a key secret',
    },
  );
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

export const rotateKeyInput = z
  .strictObject({
    key: id,
    /** For how long both keys work; 0 stops the old one at once. */
    overlapSeconds: z.int().min(0).max(overlapSecondsMax).default(overlapSecondsDefault),
    /** Of the successor, where the key is a `basic` one. */
    ...chosen,
  })
  .refine(({ keyId, keySecret }) => (keyId === undefined) === (keySecret === undefined), {
    path: ['keyId'],
    message: bothChosen,
  });
export type RotateKeyInput = z.input<typeof rotateKeyInput>;

/** Both keys of a rotation; the successor's secret exists in this answer alone. */
export const rotatedKey = z.object({ old: key, successor: createdKey });
export type RotatedKey = z.infer<typeof rotatedKey>;

/** Of how many calls the callers are told apart, the newest. */
export const oldKeyCallsMax = 10_000;

/** Who has called with the old key since the rotation began. */
export const oldKeyUse = z.object({
  calls: z.int(),
  lastCallAt: z.date().nullable(),
  /** Different ones among the newest 10,000 calls. */
  addresses: z.int(),
  userAgents: z.int(),
  /** The callers that were heard last, newest first. */
  callers: z.array(
    z.object({
      ip: z.string().nullable(),
      userAgent: z.string().nullable(),
      calls: z.int(),
      lastCallAt: z.date(),
    }),
  ),
});
export type OldKeyUse = z.infer<typeof oldKeyUse>;

/** Two keys of which one takes the place of the other, named by the id of either. */
export const keyRotation = z.object({
  old: key,
  successor: key,
  startedAt: z.date(),
  /** Whether both may still be used, so that it can be cancelled or finished. */
  isUnderWay: z.boolean(),
});
export type KeyRotation = z.infer<typeof keyRotation>;

export const keyRotationInUse = keyRotation.extend({ use: oldKeyUse });
export type KeyRotationInUse = z.infer<typeof keyRotationInUse>;

/** What a list of keys can be sorted by. */
export const keySort = z.enum(['created_at', 'expires_at', 'last_used_at']);
export type KeySort = z.infer<typeof keySort>;

export const keyDaysMax = 3650;
const days = z.int().min(1).max(keyDaysMax);

export const listKeysInput = pageInput.extend({
  /** Whose keys; left out, all that the caller may see. */
  user: ref.optional(),
  status: keyStatus.optional(),
  kind: keyKind.optional(),
  /** Part of a name, or a prefix or the last four characters of the secret. */
  q: searchText.optional(),
  /** What the secret starts with, as lists show it, or part of that; of a `basic` one its key id. */
  prefix: lineOfText(128)
    .refine((text) => !wholeKey.test(text), 'is a whole key; its first characters will do')
    .optional(),
  /** What the secret ends with. */
  lastFour: z
    .string()
    .regex(/^[0-9A-Za-z]{4}$/, 'must be the last four characters of a key')
    .optional(),
  /** Keys that work and stop by themselves within so many days. */
  expiresWithinDays: days.optional(),
  /** Keys that work, are at least so many days old, and were not used for as long. */
  unusedDays: days.optional(),
  /** Newest first unless told; `expires_at` the next to expire first, `last_used_at` the last used first. */
  sort: keySort.optional(),
  order: z.enum(['asc', 'desc']).optional(),
});
export type ListKeysInput = z.input<typeof listKeysInput>;

export const keyPage = page(key);
