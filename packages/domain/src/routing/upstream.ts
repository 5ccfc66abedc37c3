import { defineEntity, p } from '@mikro-orm/core';

const UpstreamSchema = defineEntity({
  name: 'Upstream',
  tableName: 'upstreams',
  properties: {
    id: p.uuid().primary(),
    name: p.text().unique(),
    url: p.text(),
    connectTimeoutMs: p.integer(),
    responseTimeoutMs: p.integer(),
    idleTimeoutMs: p.integer(),
    connectionsMax: p.integer(),
    authHeaderName: p.text().nullable(),
    /** Encrypted. */
    authHeaderValue: p.text().nullable().hidden(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** An API behind us. */
export class Upstream extends UpstreamSchema.class {}
UpstreamSchema.setClass(Upstream);
