import { z } from 'zod';
import { email, id } from './primitives.ts';
import { password, user } from './users.ts';

export const signInInput = z.strictObject({
  email,
  password,
  /** True from a browser: the tokens are set as HttpOnly cookies and left out of the answer. */
  cookies: z.boolean().default(false),
});
export type SignInInput = z.input<typeof signInInput>;

/** Left out, the refresh token comes from the cookie. */
export const refreshInput = z.strictObject({
  refreshToken: z.string().min(1).max(256).optional(),
});
export type RefreshInput = z.input<typeof refreshInput>;

export const signedIn = z.object({
  user,
  /** Null where the tokens went into cookies. */
  accessToken: z.string().nullable(),
  refreshToken: z.string().nullable(),
  accessTokenExpiresAt: z.date(),
});
export type SignedIn = z.infer<typeof signedIn>;

/** Who is calling: a signed-in user, or a service key with its scopes. */
export const caller = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), user }),
  z.object({ kind: z.literal('service'), id, name: z.string(), scopes: z.array(z.string()) }),
]);
export type Caller = z.infer<typeof caller>;

/** What a service key may do in the control plane. `admin` is everything. */
export const serviceScopes = [
  'admin',
  'users:read',
  'users:write',
  'plans:read',
  'plans:write',
  'keys:read',
  'keys:write',
  'keys:verify',
  'routes:read',
  'routes:write',
  'usage:read',
  'meter:write',
] as const;
export const serviceScope = z.enum(serviceScopes);
export type ServiceScope = z.infer<typeof serviceScope>;

/** What a signed-out page may know of this installation. */
export const instance = z.object({ proxyUrl: z.string(), version: z.string() });
export type Instance = z.infer<typeof instance>;
