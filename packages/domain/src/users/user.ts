import { userRole, userStatus } from '@apigate/contract';
import { defineEntity, p } from '@mikro-orm/core';
import { Plan } from '../plans/plan.ts';

/** How each name of a user starts, for what is typed while searching. */
const starts = {
  email: '"email"',
  username: '"username"',
  name: 'lower("name")',
  external_id: 'lower("external_id")',
};

const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  indexes: [
    { properties: ['createdAt', 'id'] },
    { properties: ['status', 'createdAt', 'id'] },
    { properties: ['role', 'createdAt', 'id'] },
    {
      name: 'users_name_order_index',
      expression: `create index "users_name_order_index" on "users" (lower(coalesce("name", '')), "id")`,
    },
    {
      name: 'users_metadata_index',
      expression:
        'create index "users_metadata_index" on "users" using gin ("metadata" jsonb_path_ops)',
    },
    {
      name: 'users_last_login_order_index',
      expression: `create index "users_last_login_order_index" on "users" (coalesce("last_login_at", '-infinity'), "id")`,
    },
    {
      name: 'users_search_index',
      expression:
        'create index "users_search_index" on "users" using gin ("search_text" gin_trgm_ops)',
    },
    ...Object.entries(starts).map(([name, column]) => ({
      name: `users_${name}_start_index`,
      expression: `create index "users_${name}_start_index" on "users" (${column} text_pattern_ops) where "${name}" is not null`,
    })),
  ],
  properties: {
    id: p.uuid().primary(),
    /** Lower case, hence unique without regard to case. */
    email: p.text().unique(),
    externalId: p.text().unique().nullable(),
    /** Lower case, hence unique without regard to case. */
    username: p.text().unique().nullable(),
    name: p.text().nullable(),
    /** All that a search looks at, one under the other: too short for the index, it takes one look at each user. */
    searchText: p
      .text()
      .generated(
        `(lower(((((((email || chr(10)) || COALESCE(name, ''::text)) || chr(10)) || COALESCE(username, ''::text)) || chr(10)) || COALESCE(external_id, ''::text))) stored`,
      )
      .nullable()
      .hidden()
      .lazy(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    passwordHash: p.text().nullable().hidden().lazy(),
    plan: () => p.manyToOne(Plan).ref().index().deleteRule('restrict').updateRule('no action'),
    status: p.enum(userStatus.options),
    suspendedReason: p.text().nullable(),
    /** What a suspended user was before, and is again when the suspension is undone. */
    suspendedFrom: p.text().$type<'active' | 'pending'>().nullable().hidden(),
    role: p.enum(userRole.options),
    metadata: p.json().$type<Record<string, string>>(),
    stripeCustomerId: p.text().unique().nullable(),
    paddleCustomerId: p.text().unique().nullable(),
    lemonSqueezyCustomerId: p.text().unique().nullable(),
    emailVerifiedAt: p.datetime(3).nullable(),
    lastLoginAt: p.datetime(3).nullable(),
    failedLogins: p.integer().default(0).hidden(),
    lockedUntil: p.datetime(3).nullable().hidden(),
    /** Second-factor secret, encrypted. */
    totp: p.text().nullable().hidden().lazy(),
    /** A second-factor secret that is not confirmed yet, encrypted. */
    totpPending: p.text().nullable().hidden().lazy(),
    /** The last time step of which a code was used; each is good once. */
    totpLastStep: p.integer().default(0).hidden(),
    /** Raised to end every token of the user at once. */
    sessionEpoch: p.integer().default(0).hidden(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** An account: an address that can own keys and sign in. */
export class User extends UserSchema.class {}
UserSchema.setClass(User);
