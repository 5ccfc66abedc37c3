import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../users/user.ts';

const RecoveryCodeSchema = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_codes',
  properties: {
    id: p.uuid().primary(),
    user: () => p.manyToOne(User).ref().index().deleteRule('cascade').updateRule('no action'),
    /** SHA-256 of the code, base64url; a code has 120 random bits. */
    digest: p.text().unique().hidden(),
  },
});

/** What signs in once where the authenticator is out of reach. Used means gone. */
export class RecoveryCode extends RecoveryCodeSchema.class {}
RecoveryCodeSchema.setClass(RecoveryCode);
