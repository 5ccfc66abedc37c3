import { z } from 'zod';
import {
  email,
  id,
  lineOfText,
  looksLikeId,
  metadata,
  page,
  pageInput,
  ref,
  searchText,
} from './primitives.ts';

export const userRole = z.enum(['customer', 'moderator', 'admin']);
export type UserRole = z.infer<typeof userRole>;

export const userStatus = z.enum(['active', 'pending', 'suspended']);
export type UserStatus = z.infer<typeof userStatus>;

/** What a password may be, in characters; the minimum that binds is the setting `password.min_length`. */
export const passwordCharsMax = 256;
export const password = z.string().min(1).max(passwordCharsMax);

const username = z
  .string()
  .trim()
  .min(2)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'may hold letters, digits, dot, dash and underscore')
  .refine((value) => !looksLikeId(value), 'must not look like an id')
  .transform((value) => value.toLowerCase());

const externalId = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'may hold letters, digits, dot, colon, dash, underscore')
  .refine((value) => !looksLikeId(value), 'must not look like an id');

const providerCustomerId = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces');

const profile = {
  name: lineOfText(200),
  username,
  firstName: lineOfText(100),
  lastName: lineOfText(100),
};

/** A user's plan, as much of it as a list of users needs. */
export const planOfUser = z.object({ id, slug: z.string(), name: z.string() });

/** A user as every surface shows it. Secrets (password hash, second factor) are not among its fields. */
export const user = z.object({
  id,
  email: z.string(),
  externalId: z.string().nullable(),
  username: z.string().nullable(),
  name: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  plan: planOfUser,
  status: userStatus,
  suspendedReason: z.string().nullable(),
  role: userRole,
  metadata: z.record(z.string(), z.string()),
  stripeCustomerId: z.string().nullable(),
  paddleCustomerId: z.string().nullable(),
  lemonSqueezyCustomerId: z.string().nullable(),
  emailVerifiedAt: z.date().nullable(),
  lastLoginAt: z.date().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type User = z.infer<typeof user>;

export const userRef = z.strictObject({ user: ref });

export const createUserInput = z.strictObject({
  email,
  externalId: externalId.optional(),
  username: profile.username.optional(),
  name: profile.name.optional(),
  firstName: profile.firstName.optional(),
  lastName: profile.lastName.optional(),
  password: password.optional(),
  /** Id, slug or name of a plan; without it the default plan. */
  plan: ref.optional(),
  status: userStatus.optional(),
  role: userRole.optional(),
  metadata: metadata.optional(),
  stripeCustomerId: providerCustomerId.optional(),
  paddleCustomerId: providerCustomerId.optional(),
  lemonSqueezyCustomerId: providerCustomerId.optional(),
});
export type CreateUserInput = z.input<typeof createUserInput>;

export const updateUserInput = z.strictObject({
  user: ref,
  email: email.optional(),
  externalId: externalId.nullable().optional(),
  username: profile.username.nullable().optional(),
  name: profile.name.nullable().optional(),
  firstName: profile.firstName.nullable().optional(),
  lastName: profile.lastName.nullable().optional(),
  plan: ref.optional(),
  role: userRole.optional(),
  /** Replaces all metadata. */
  metadata: metadata.optional(),
  stripeCustomerId: providerCustomerId.nullable().optional(),
  paddleCustomerId: providerCustomerId.nullable().optional(),
  lemonSqueezyCustomerId: providerCustomerId.nullable().optional(),
});
export type UpdateUserInput = z.input<typeof updateUserInput>;

export const suspendUserInput = z.strictObject({
  user: ref,
  reason: lineOfText(500).optional(),
});
export type SuspendUserInput = z.input<typeof suspendUserInput>;

export const setUserPasswordInput = z.strictObject({ user: ref, password });
export type SetUserPasswordInput = z.input<typeof setUserPasswordInput>;

export const listUsersInput = pageInput.extend({
  /** Part of an address, name, username or external id. */
  q: searchText.optional(),
  status: userStatus.optional(),
  role: userRole.optional(),
  plan: ref.optional(),
});
export type ListUsersInput = z.input<typeof listUsersInput>;

export const userPage = page(user);
