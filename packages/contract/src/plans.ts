import { z } from 'zod';
import {
  id,
  limit,
  lineOfText,
  moment,
  ownKey,
  page,
  pageInput,
  ref,
  slug,
  storableText,
} from './primitives.ts';

/** `hard` refuses past the quota, `soft` lets through and bills the excess. */
export const planEnforcement = z.enum(['hard', 'soft']);
export type PlanEnforcement = z.infer<typeof planEnforcement>;

const cents = z.int().min(0).max(100_000_000);
const currency = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{3}$/, 'must be an ISO 4217 code such as USD')
  .transform((value) => value.toUpperCase());
const features = z
  .record(ownKey(64), storableText(512))
  .refine((entries) => Object.keys(entries).length <= 64, 'may hold at most 64 features');
const providerId = lineOfText(128);

export const plan = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  /** Cents of `currency`. */
  priceMonthlyCents: z.int(),
  currency: z.string(),
  /** Units per month; null is unlimited. */
  requestsPerMonth: z.int().nullable(),
  /** Requests per minute; null is unlimited. */
  rateLimitPerMinute: z.int().nullable(),
  /** Requests that may come at once; null means as many as the limit per minute. */
  burst: z.int().nullable(),
  enforcement: planEnforcement,
  /** Cents per 1,000 units past the quota, where enforcement is `soft`. */
  overageCentsPer1000: z.int().nullable(),
  trialDays: z.int(),
  isDefault: z.boolean(),
  enabled: z.boolean(),
  stripePriceId: z.string().nullable(),
  paddlePriceId: z.string().nullable(),
  lemonSqueezyVariantId: z.string().nullable(),
  features: z.record(z.string(), z.string()),
  /** Null for those who only choose among plans, like the ids at payment providers. */
  userCount: z.int().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type Plan = z.infer<typeof plan>;

export const planRef = z.strictObject({ plan: ref });

export const choosePlanInput = z.strictObject({ plan: ref });

const burst = z.int().min(1).max(1_000_000);

export const createPlanInput = z.strictObject({
  name: lineOfText(100),
  /** Made from the name when left out. */
  slug: slug.optional(),
  description: lineOfText(500).optional(),
  priceMonthlyCents: cents.default(0),
  currency: currency.default('USD'),
  requestsPerMonth: limit.default(1000),
  rateLimitPerMinute: limit.default(60),
  burst: burst.nullable().default(null),
  enforcement: planEnforcement.default('hard'),
  overageCentsPer1000: cents.nullable().default(null),
  trialDays: z.int().min(0).max(730).default(0),
  isDefault: z.boolean().default(false),
  enabled: z.boolean().default(true),
  stripePriceId: providerId.optional(),
  paddlePriceId: providerId.optional(),
  lemonSqueezyVariantId: providerId.optional(),
  features: features.default({}),
});
export type CreatePlanInput = z.input<typeof createPlanInput>;

export const updatePlanInput = z.strictObject({
  plan: ref,
  name: lineOfText(100).optional(),
  slug: slug.optional(),
  description: lineOfText(500).nullable().optional(),
  priceMonthlyCents: cents.optional(),
  currency: currency.optional(),
  requestsPerMonth: limit.optional(),
  rateLimitPerMinute: limit.optional(),
  burst: burst.nullable().optional(),
  enforcement: planEnforcement.optional(),
  overageCentsPer1000: cents.nullable().optional(),
  trialDays: z.int().min(0).max(730).optional(),
  /** Only `true`: another plan stops being the default when this one becomes it. */
  isDefault: z.literal(true).optional(),
  enabled: z.boolean().optional(),
  stripePriceId: providerId.nullable().optional(),
  paddlePriceId: providerId.nullable().optional(),
  lemonSqueezyVariantId: providerId.nullable().optional(),
  features: features.optional(),
  /** The `updatedAt` of the plan as it was read: refused where somebody has changed it since. */
  unchangedSince: moment.optional(),
});
export type UpdatePlanInput = z.input<typeof updatePlanInput>;

/** Limits that a plan might have; what is left out stays as it is. */
export const planEffectInput = updatePlanInput.pick({
  plan: true,
  requestsPerMonth: true,
  rateLimitPerMinute: true,
  burst: true,
  enforcement: true,
});
export type PlanEffectInput = z.input<typeof planEffectInput>;

/** What limits do to the users of a plan. */
const limitsEffect = z.object({
  requestsPerMonth: z.int().nullable(),
  rateLimitPerMinute: z.int().nullable(),
  burst: z.int().nullable(),
  enforcement: planEnforcement,
  /** Users who have used up this month's quota: what comes next is refused, or billed where enforcement is `soft`. */
  usersAtQuota: z.int(),
  /** Users whose requests of the days looked at went past the quota of their month, and by how many units. */
  usersPastQuota: z.int(),
  unitsPastQuota: z.int(),
  /** Users who sent more in an hour than the rate limit lets through, and how many requests at least. */
  usersPastRate: z.int(),
  requestsPastRate: z.int(),
});

/** What a change of limits would do to the users of a plan, by what they did in the last days. Nothing is changed. */
export const planEffect = z.object({
  plan: z.object({ id, slug: z.string(), name: z.string() }),
  userCount: z.int(),
  /** The days that were looked at, in UTC; today is the last. */
  firstDay: z.iso.date(),
  lastDay: z.iso.date(),
  present: limitsEffect,
  proposed: limitsEffect,
  /** The users whom the proposed limits touch most, at most ten. */
  mostAffected: z.array(
    z.object({
      user: z.object({ id, email: z.string(), name: z.string().nullable() }),
      /** Units used this month. */
      used: z.int(),
      isAtQuota: z.boolean(),
      unitsPastQuota: z.int(),
      requestsPastRate: z.int(),
    }),
  ),
});
export type PlanEffect = z.infer<typeof planEffect>;

export const listPlansInput = pageInput.extend({ enabled: z.boolean().optional() });
export type ListPlansInput = z.input<typeof listPlansInput>;

export const planPage = page(plan);
