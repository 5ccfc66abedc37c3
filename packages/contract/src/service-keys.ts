import { z } from 'zod';
import { serviceScope } from './auth.ts';
import { keyNameCharsMax } from './keys.ts';
import { id, lineOfText, moment, page, pageInput } from './primitives.ts';

/** A service key as it is listed: all but the secret, which exists in the answer to `create` alone. */
export const serviceKey = z.object({
  id,
  name: z.string(),
  /** The first characters of the secret, such as `sk_7Hq2`. */
  prefix: z.string(),
  lastFour: z.string(),
  status: z.enum(['live', 'expired', 'revoked']),
  scopes: z.array(z.string()),
  expiresAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
  createdAt: z.date(),
});
export type ServiceKey = z.infer<typeof serviceKey>;

/** The one shape that holds the secret. */
export const createdServiceKey = serviceKey.extend({ secret: z.string() });
export type CreatedServiceKey = z.infer<typeof createdServiceKey>;

export const createServiceKeyInput = z.strictObject({
  name: lineOfText(keyNameCharsMax),
  scopes: z
    .array(serviceScope)
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'must not name a scope twice'),
  expiresAt: moment.nullable().default(null),
});
export type CreateServiceKeyInput = z.input<typeof createServiceKeyInput>;

export const listServiceKeysInput = pageInput;
export type ListServiceKeysInput = z.input<typeof listServiceKeysInput>;
export const serviceKeyPage = page(serviceKey);
export const serviceKeyRef = z.strictObject({ serviceKey: id });
