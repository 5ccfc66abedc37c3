import { defineEntity, p } from '@mikro-orm/core';
import { User } from '../users/user.ts';

const EmailChangeSchema = defineEntity({
  name: 'EmailChange',
  tableName: 'email_changes',
  properties: {
    user: () => p.oneToOne(User).primary().ref().deleteRule('cascade').updateRule('no action'),
    newEmail: p.text(),
    oldConfirmedAt: p.datetime(3).nullable(),
    newConfirmedAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
  },
});

/** A change of address that waits for its confirmation at both ends. */
export class EmailChange extends EmailChangeSchema.class {}
EmailChangeSchema.setClass(EmailChange);
