import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../users/user.ts';

const InviteSchema = defineEntity({
  name: 'Invite',
  tableName: 'invites',
  properties: {
    id: p.uuid().primary(),
    email: p.text().unique(),
    role: p.enum(['moderator', 'admin'] as const),
    /** SHA-256 of the token in the link, base64url. */
    digest: p.text().unique().hidden(),
    invitedBy: () =>
      p.manyToOne(User).ref().nullable().index().deleteRule('set null').updateRule('no action'),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3),
  },
});

/** An invitation to become a moderator or an admin. Accepted means gone. */
export class Invite extends InviteSchema.class {}
InviteSchema.setClass(Invite);
