import type { HttpMethod } from '@apigate/contract';
import { defineEntity, p } from '@mikro-orm/core';
import { Upstream } from './upstream.ts';

const RouteSchema = defineEntity({
  name: 'Route',
  tableName: 'routes',
  properties: {
    id: p.uuid().primary(),
    name: p.text().unique(),
    methods: p.array().$type<HttpMethod[]>().columnType('text[]'),
    host: p.text().nullable(),
    path: p.text(),
    rewrite: p.text().nullable(),
    upstream: () =>
      p.manyToOne(Upstream).ref().index().deleteRule('restrict').updateRule('no action'),
    requiredScopes: p.array().$type<string[]>().columnType('text[]'),
    authRequired: p.boolean(),
    priority: p.integer(),
    enabled: p.boolean(),
    cost: p.integer(),
    rateLimitPerMinute: p.bigint('number').nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** Which requests go to which upstream, and what they need. */
export class Route extends RouteSchema.class {}
RouteSchema.setClass(Route);
