import { z } from 'zod';
import { brand } from './brand.ts';
import { email, id, lineOfText, page, pageInput, ref, searchText } from './primitives.ts';
import { password, user, userRole, username } from './users.ts';

/** A code of an authenticator app (six digits), or one of the recovery codes. */
export const secondFactorCode = z
  .string()
  .trim()
  .min(6)
  .max(32)
  .regex(/^[A-Za-z0-9 -]+$/, 'must be a code of six digits, or a recovery code');

/** A secret out of a link in a mail. */
export const linkToken = z.string().min(1).max(128);

export const signInInput = z.strictObject({
  email,
  password,
  /** Needed where the account has a second factor: the answer to a sign-in without it says so. */
  code: secondFactorCode.optional(),
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

export const registerInput = z.strictObject({
  email,
  password,
  username: username.optional(),
  name: lineOfText(200).optional(),
  firstName: lineOfText(100).optional(),
  lastName: lineOfText(100).optional(),
  cookies: z.boolean().default(false),
});
export type RegisterInput = z.input<typeof registerInput>;

/**
 * Where addresses must be verified, the answer is the same for a new address and for one that has an account already:
 * `session` is null and a mail is on its way.
 */
export const registered = z.object({ session: signedIn.nullable() });
export type Registered = z.infer<typeof registered>;

/** Said for every address, known or not. */
export const accepted = z.object({ ok: z.literal(true) });
export type Accepted = z.infer<typeof accepted>;

export const emailInput = z.strictObject({ email });
export const linkInput = z.strictObject({ token: linkToken });
export const resetPasswordInput = z.strictObject({ token: linkToken, password });
export type ResetPasswordInput = z.input<typeof resetPasswordInput>;

export const changePasswordInput = z.strictObject({
  currentPassword: password,
  newPassword: password,
});
export type ChangePasswordInput = z.input<typeof changePasswordInput>;

export const changeEmailInput = z.strictObject({ currentPassword: password, newEmail: email });
export type ChangeEmailInput = z.input<typeof changeEmailInput>;

/** A change of address waits until both the old and the new one have confirmed it. */
export const emailChange = z.object({ confirmed: z.enum(['old', 'new', 'both']) });
export type EmailChange = z.infer<typeof emailChange>;

export const reauthenticationInput = z.strictObject({ currentPassword: password });

/** What an authenticator app needs; shown once. */
export const totpEnrolment = z.object({ secret: z.string(), uri: z.string() });
export type TotpEnrolment = z.infer<typeof totpEnrolment>;

export const confirmTotpInput = z.strictObject({ code: secondFactorCode });
/** Each code signs in once where the authenticator is out of reach; shown once. */
export const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof recoveryCodes>;
export const disableTotpInput = z.strictObject({
  currentPassword: password,
  code: secondFactorCode,
});
export type DisableTotpInput = z.input<typeof disableTotpInput>;

export const session = z.object({
  id,
  current: z.boolean(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: z.date(),
  lastUsedAt: z.date(),
  expiresAt: z.date(),
});
export type Session = z.infer<typeof session>;

/** Left out, `user` is the caller. */
export const listSessionsInput = z.strictObject({ user: ref.optional() });
export type ListSessionsInput = z.input<typeof listSessionsInput>;
export const sessionList = z.object({ data: z.array(session) });
export const sessionRef = z.strictObject({ session: id });

/** How the caller's own account is secured. */
export const security = z.object({
  hasPassword: z.boolean(),
  totpEnabled: z.boolean(),
  recoveryCodesLeft: z.int(),
  /** True while an admin must set up a second factor before doing anything else. */
  mustEnrolSecondFactor: z.boolean(),
});
export type Security = z.infer<typeof security>;

const staffRole = userRole.exclude(['customer']);

export const invite = z.object({
  id,
  email: z.string(),
  role: staffRole,
  invitedBy: z.string().nullable(),
  createdAt: z.date(),
  expiresAt: z.date(),
});
export type Invite = z.infer<typeof invite>;

export const createInviteInput = z.strictObject({ email, role: staffRole });
export type CreateInviteInput = z.input<typeof createInviteInput>;
export const listInvitesInput = pageInput.extend({
  /** Part of the address. */
  q: searchText.optional(),
});
export type ListInvitesInput = z.input<typeof listInvitesInput>;
export const invitePage = page(invite);
export const inviteRef = z.strictObject({ invite: id });
/** What the holder of an invitation sees before accepting it. */
export const inviteOffer = z.object({ email: z.string(), role: staffRole, expiresAt: z.date() });
export type InviteOffer = z.infer<typeof inviteOffer>;
export const acceptInviteInput = z.strictObject({
  token: linkToken,
  password,
  name: lineOfText(200).optional(),
  cookies: z.boolean().default(false),
});
export type AcceptInviteInput = z.input<typeof acceptInviteInput>;

export const setupStatus = z.object({ needed: z.boolean() });
export type SetupStatus = z.infer<typeof setupStatus>;
export const setupInput = z.strictObject({
  token: linkToken,
  email,
  password,
  cookies: z.boolean().default(false),
});
export type SetupInput = z.input<typeof setupInput>;

/** Who is calling: a signed-in user, or a service key with its scopes. */
export const caller = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), user, mustEnrolSecondFactor: z.boolean() }),
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
  'settings:read',
  'settings:write',
  'audit:read',
] as const;
export const serviceScope = z.enum(serviceScopes);
export type ServiceScope = z.infer<typeof serviceScope>;

/** What a signed-out page may know of this installation. */
export const instance = z.object({
  proxyUrl: z.string(),
  /** A path that leads somewhere, for a first call. */
  examplePath: z.string(),
  version: z.string(),
  requireEmailVerification: z.boolean(),
  registrationOpen: z.boolean(),
  passwordCharsMin: z.int(),
  /** Least zxcvbn score, 0 to 4, of a password that people choose for themselves. */
  passwordScoreMin: z.int(),
  brand,
  /** Which plans customers move between by themselves. */
  planChange: z.enum(['free', 'off']),
  /** Whether pages of the portal may call the proxy. */
  tryIt: z.boolean(),
  /** An e-mail address or an https link; null where there is none. */
  support: z.string().nullable(),
});
export type Instance = z.infer<typeof instance>;
