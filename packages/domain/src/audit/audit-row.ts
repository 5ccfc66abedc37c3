import type { AuditAction } from '@apigate/contract';
import { defineEntity, p } from '@mikro-orm/core';

/** What a field was or became; e-mail addresses stand in it as tokens, see `personal`. */
export type AuditValues = Record<string, unknown>;

const AuditRowSchema = defineEntity({
  name: 'AuditRow',
  tableName: 'audit_events',
  indexes: [
    { properties: ['targetId', 'seq'] },
    { properties: ['actorId', 'seq'] },
    { properties: ['action', 'id'] },
    {
      name: 'audit_events_request_id_index',
      expression:
        'create index "audit_events_request_id_index" on "audit_events" ("request_id") where "request_id" is not null',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    seq: p.bigint('number').unique(),
    at: p.datetime(3),
    action: p.text().$type<AuditAction>(),
    actorKind: p.enum(['anonymous', 'user', 'service', 'system'] as const),
    actorId: p.text().nullable(),
    actorLabel: p.text().nullable(),
    targetKind: p.text().nullable(),
    targetId: p.text().nullable(),
    targetLabel: p.text().nullable(),
    before: p.json().$type<AuditValues>().nullable(),
    after: p.json().$type<AuditValues>().nullable(),
    ip: p.text().nullable(),
    userAgent: p.text().nullable(),
    requestId: p.text().nullable(),
    /** Token to e-mail address. Outside the hash, so that the address of a deleted user can go. */
    personal: p.json().$type<Record<string, string>>(),
    /** HMAC-SHA-256 over the hash before and everything above but `personal`, base64url. */
    hash: p.text(),
  },
});

/** One deed in the audit log, chained to the one before. */
export class AuditRow extends AuditRowSchema.class {}
AuditRowSchema.setClass(AuditRow);
