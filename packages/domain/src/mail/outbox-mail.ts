import { mailStatus, type MailTemplate } from '@apigate/contract';
import { defineEntity, p } from '@mikro-orm/core';

const OutboxMailSchema = defineEntity({
  name: 'OutboxMail',
  tableName: 'mails',
  indexes: [
    {
      name: 'mails_due',
      expression: `create index "mails_due" on "mails" ("next_attempt_at") where "status" = 'queued'`,
    },
    {
      name: 'mails_search_index',
      expression:
        'create index "mails_search_index" on "mails" using gin ("to" gin_trgm_ops, "subject" gin_trgm_ops)',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    to: p.text(),
    template: p.text().$type<MailTemplate>(),
    subject: p.text(),
    /** Text and HTML as JSON, encrypted, because links in them are secrets; null once a mail server took the mail. */
    bodySealed: p.text().nullable().hidden(),
    status: p.enum(mailStatus.options),
    attempts: p.integer(),
    lastError: p.text().nullable(),
    nextAttemptAt: p.datetime(3),
    createdAt: p.datetime(3),
    sentAt: p.datetime(3).nullable(),
  },
});

/** A mail that is to be sent, or was. Written with the change that it tells of. */
export class OutboxMail extends OutboxMailSchema.class {}
OutboxMailSchema.setClass(OutboxMail);
