import { planEnforcement } from '@apigate/contract';
import { defineEntity, p } from '@mikro-orm/core';

const PlanSchema = defineEntity({
  name: 'Plan',
  tableName: 'plans',
  indexes: [
    {
      name: 'plans_one_default',
      expression:
        'create unique index "plans_one_default" on "plans" ("is_default") where "is_default"',
    },
    {
      name: 'plans_name_unique',
      expression: 'create unique index "plans_name_unique" on "plans" (lower("name"))',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    slug: p.text().unique(),
    name: p.text(),
    description: p.text().nullable(),
    priceMonthlyCents: p.integer(),
    currency: p.text(),
    requestsPerMonth: p.bigint('number').nullable(),
    rateLimitPerMinute: p.bigint('number').nullable(),
    burst: p.integer().nullable(),
    enforcement: p.enum(planEnforcement.options),
    overageCentsPer1000: p.integer().fieldName('overage_cents_per_1000').nullable(),
    trialDays: p.integer(),
    isDefault: p.boolean(),
    enabled: p.boolean(),
    stripePriceId: p.text().nullable(),
    paddlePriceId: p.text().nullable(),
    lemonSqueezyVariantId: p.text().nullable(),
    features: p.json().$type<Record<string, string>>(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** What a user pays for: price, rate limit, monthly quota and what happens past it. */
export class Plan extends PlanSchema.class {}
PlanSchema.setClass(Plan);
