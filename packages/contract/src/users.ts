import { z } from 'zod';
import { errorCodes } from './errors.ts';
import {
  inactiveDaysMax,
  looksLikeId,
  userExportNamedMax,
  userSorts,
  userStatuses,
} from './without-schema.ts';
import { filterExpression } from './filter-expression.ts';
import {
  email,
  id,
  lineOfText,
  metadata,
  moment,
  page,
  pageInput,
  ref,
  searchText,
} from './primitives.ts';

export const userRole = z.enum(['customer', 'moderator', 'admin']);
export type UserRole = z.infer<typeof userRole>;

export const userStatus = z.enum(userStatuses);
export type UserStatus = z.infer<typeof userStatus>;

/** What a password may be, in characters; the minimum that binds is the setting `password.min_length`. */
export const passwordCharsMax = 256;
export const password = z.string().min(1).max(passwordCharsMax);

/** A name to sign up with and to be found by; kept in lower case. */
export const username = z
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

/** Which users are meant; what is left out does not matter. */
const userFilter = {
  /** Part of an address, name, username or external id. */
  q: searchText.optional(),
  status: userStatus.optional(),
  /** Whether the status is `active`. */
  isActive: z.boolean().optional(),
  role: userRole.optional(),
  plan: ref.optional(),
  /** No request for that many days; who never sent one counts from the day of creation. */
  inactiveDays: z.int().min(1).max(inactiveDaysMax).optional(),
  createdAfter: moment.optional(),
  /** Entries that the metadata must hold, with these very values. */
  metadata: metadata.optional(),
  /** What holds for the usage of this month, such as `quota_percent > 80`. */
  filter: filterExpression.optional(),
};

export const userSort = z.enum(userSorts);
export type UserSort = z.infer<typeof userSort>;

export const listUsersInput = pageInput.extend({
  ...userFilter,
  /** By the creation, unless told. */
  sort: userSort.optional(),
  /** The newest first, names from A, who signed in last first, unless told. */
  order: z.enum(['asc', 'desc']).optional(),
});
export type ListUsersInput = z.input<typeof listUsersInput>;

/** The forms in which users can be had as a file. */
export const userFileFormat = z.enum(['csv', 'json']);
export type UserFileFormat = z.infer<typeof userFileFormat>;

export const exportUsersInput = z.strictObject({
  ...userFilter,
  /** Ids of those who are meant among them; left out, all. */
  users: z.array(id).min(1).max(userExportNamedMax).optional(),
  format: userFileFormat.default('csv'),
});
export type ExportUsersInput = z.input<typeof exportUsersInput>;

/** What a row of an import says of a user, by the names of the file's columns. */
export const userRow = z.object({
  email,
  name: profile.name.nullable(),
  /** Slug or name of a plan; without it the default plan. */
  plan_name: ref.nullable(),
  username: profile.username.nullable(),
  role: userRole.nullable(),
  status: userStatus.nullable(),
  /** A JSON object. */
  metadata: z
    .string()
    .transform((text, ctx): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        ctx.addIssue('must be a JSON object such as {"company": "ACME"}');
        return z.NEVER;
      }
    })
    .pipe(metadata)
    .nullable(),
  first_name: profile.firstName.nullable(),
  last_name: profile.lastName.nullable(),
  external_id: externalId.nullable(),
});
export type UserRow = z.infer<typeof userRow>;

export const importUsersInput = z.strictObject({
  /** Looks at everything and changes nothing; what it tells is what the import itself would. */
  dryRun: z.boolean().default(false),
  /** Leaves faulty rows out, where otherwise one is enough to refuse the file. */
  skipFaulty: z.boolean().default(false),
});
export type ImportUsersInput = z.input<typeof importUsersInput>;

/** How many faults of a file are told one by one. */
export const importFaultsMax = 1_000;

/** A fault in a file: the number of the line that the row begins on, and the column, or null for the row itself. */
export const importFault = z.object({
  line: z.int(),
  field: z.string().nullable(),
  message: z.string(),
});
export type ImportFault = z.infer<typeof importFault>;

/** What became of a file of users. */
export const userImport = z.object({
  dryRun: z.boolean(),
  rows: z.int(),
  /** Users made; of a dry run, that would be. */
  imported: z.int(),
  /** Faulty rows, which were left out. */
  skipped: z.int(),
  /** The first 1,000 faults, by line. */
  faults: z.array(importFault),
});
export type UserImport = z.infer<typeof userImport>;

/** How far an import is: all rows are looked at, and only then are they stored. */
export const importProgress = z.object({
  step: z.enum(['check', 'store']),
  /** Done in this step. */
  rows: z.int(),
  /** Of this step, from 0 to 1. */
  share: z.number(),
});
export type ImportProgress = z.infer<typeof importProgress>;

export const userPage = page(user);

/** What can be done to many users at once; `restore` gives suspended ones back what they were, pending or active. */
export const bulkUsersAction = z.enum([
  'suspend',
  'restore',
  'activate',
  'verify',
  'change_plan',
  'delete',
]);
export type BulkUsersAction = z.infer<typeof bulkUsersAction>;

/** How many users one call changes. */
export const bulkUsersMax = 1_000;
/** How many users a dry run looks at. */
export const bulkUsersPreviewMax = 10_000;

/** Who is meant is named in `users` or described in `where`, one of both. */
export const bulkUsersInput = z.strictObject({
  action: bulkUsersAction,
  users: z.array(ref).min(1).max(bulkUsersMax).optional(),
  /** Everybody for whom this holds; `{}` is everybody. */
  where: z.strictObject(userFilter).optional(),
  /** Why, of `suspend`. */
  reason: suspendUserInput.shape.reason,
  /** The new plan, of `change_plan`. */
  plan: ref.optional(),
  /** Looks at everybody and changes nothing; what it tells is what the call itself would. */
  dryRun: z.boolean().default(false),
});
export type BulkUsersInput = z.input<typeof bulkUsersInput>;

/** What became of one of many users. */
export const bulkUsersOutcome = z.object({
  /** As in `users`, else the id. */
  ref: z.string(),
  /** As before; null of one who is not there, or not for this caller. */
  user: user
    .pick({ id: true, email: true, status: true, suspendedReason: true, plan: true })
    .nullable(),
  /** Why nothing was done; null where it was, or of a dry run would be. */
  skipped: z.object({ code: z.enum([...errorCodes, 'unchanged']), message: z.string() }).nullable(),
});
export type BulkUsersOutcome = z.infer<typeof bulkUsersOutcome>;

export const bulkUsersResult = z.object({
  action: bulkUsersAction,
  dryRun: z.boolean(),
  done: z.int(),
  skipped: z.int(),
  users: z.array(bulkUsersOutcome),
});
export type BulkUsersResult = z.infer<typeof bulkUsersResult>;
