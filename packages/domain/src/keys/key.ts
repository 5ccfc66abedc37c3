import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../users/user.ts';

const KeySchema = defineEntity({
  name: 'Key',
  tableName: 'keys',
  indexes: [
    { properties: ['user', 'id'] },
    {
      // Who has how many keys is read from it alone.
      name: 'keys_unrevoked_index',
      expression:
        'create index "keys_unrevoked_index" on "keys" ("user_id", "grace_until") where "revoked_at" is null',
    },
    {
      name: 'keys_expiry_order_index',
      expression: `create index "keys_expiry_order_index" on "keys" (coalesce("expires_at", 'infinity'), "id")`,
    },
    {
      name: 'keys_name_start_index',
      expression: 'create index "keys_name_start_index" on "keys" (lower("name") text_pattern_ops)',
    },
    {
      name: 'keys_search_index',
      expression:
        'create index "keys_search_index" on "keys" using gin ("name" gin_trgm_ops, "prefix" gin_trgm_ops)',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    user: () => p.manyToOne(User).ref().deleteRule('cascade').updateRule('no action'),
    name: p.text(),
    kind: p.enum(['key', 'basic'] as const),
    /** The chosen name of a `basic` one. */
    keyId: p.text().nullable().unique(),
    prefix: p.text().index(),
    lastFour: p.text().index(),
    /** HMAC-SHA-256 of the secret under the pepper, base64url; of a `basic` one that of its key id. */
    digest: p.text().unique().hidden(),
    /** bcrypt of the secret of a `basic` one. */
    secretHash: p.text().nullable().hidden(),
    scopes: p.array().$type<string[]>().columnType('text[]'),
    allowedIps: p.array().$type<string[]>().columnType('text[]').nullable(),
    rateLimitPerMinute: p.bigint('number').nullable(),
    expiresAt: p.datetime(3).nullable(),
    lastUsedAt: p.datetime(3).nullable(),
    enabled: p.boolean(),
    revokedAt: p.datetime(3).nullable(),
    /** The key that a rotation put in its place; both work until `graceUntil`. */
    replacedBy: p.uuid().nullable().index(),
    graceUntil: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
    /** The user who made it; null where a service key or the machine did. */
    createdBy: p.uuid().nullable(),
  },
});

/** A secret that the proxy accepts; belongs to one user. */
export class Key extends KeySchema.class {}
KeySchema.setClass(Key);
