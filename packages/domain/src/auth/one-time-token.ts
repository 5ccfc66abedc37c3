import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../users/user.ts';

const OneTimeTokenSchema = defineEntity({
  name: 'OneTimeToken',
  tableName: 'one_time_tokens',
  properties: {
    id: p.uuid().primary(),
    /** Null for the token that sets up the first admin. */
    user: () =>
      p.manyToOne(User).ref().nullable().index().deleteRule('cascade').updateRule('no action'),
    purpose: p.enum([
      'verify_email',
      'reset_password',
      'change_email_old',
      'change_email_new',
      'setup',
    ] as const),
    /** SHA-256 of the token, base64url. */
    digest: p.text().unique().hidden(),
    /** The address that it was sent to; the token is void when the user's has become another. */
    email: p.text(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3),
  },
});

/** A secret in a link, good once. Used means gone. */
export class OneTimeToken extends OneTimeTokenSchema.class {}
OneTimeTokenSchema.setClass(OneTimeToken);
