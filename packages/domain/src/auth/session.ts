import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../users/user.ts';

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.uuid().primary(),
    user: () => p.manyToOne(User).ref().index().deleteRule('cascade').updateRule('no action'),
    /** SHA-256 of the refresh token that is good now, base64url. */
    refreshDigest: p.text().hidden(),
    /** SHA-256 of the one before it, for tabs that refresh at the same time. */
    previousDigest: p.text().nullable().hidden(),
    /** The token that followed the previous one, sealed with that previous one. */
    successorSealed: p.text().nullable().hidden(),
    rotatedAt: p.datetime(3),
    expiresAt: p.datetime(3),
    ip: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime(3),
  },
});

/** One sign-in, with the refresh tokens that descend from it. Ended means gone. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);
