import { defineEntity, p } from '@mikro-orm/core';

const ServiceKeySchema = defineEntity({
  name: 'ServiceKey',
  tableName: 'service_keys',
  properties: {
    id: p.uuid().primary(),
    name: p.text().unique(),
    prefix: p.text(),
    lastFour: p.text(),
    /** HMAC-SHA-256 of the secret under the pepper, base64url. */
    digest: p.text().unique().hidden(),
    scopes: p.array().$type<string[]>().columnType('text[]'),
    expiresAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
  },
});

/** A secret for the control plane: automation, CLI, SDK. */
export class ServiceKey extends ServiceKeySchema.class {}
ServiceKeySchema.setClass(ServiceKey);
