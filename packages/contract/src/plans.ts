import { z } from 'zod';
import { id, limit, lineOfText, page, pageInput, ref, slug, storableText } from './primitives.ts';

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
  .record(storableText(64).min(1), storableText(512))
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

/** Whether a plan costs nothing: neither by the month nor past its quota. */
export function isFreePlan({
  priceMonthlyCents,
  enforcement,
  overageCentsPer1000,
}: Pick<Plan, 'priceMonthlyCents' | 'enforcement'> & {
  overageCentsPer1000?: number | null | undefined;
}): boolean {
  const billsExcess = enforcement === 'soft' && (overageCentsPer1000 ?? 0) > 0;
  return priceMonthlyCents === 0 && !billsExcess;
}

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
});
export type UpdatePlanInput = z.input<typeof updatePlanInput>;

export const listPlansInput = pageInput.extend({ enabled: z.boolean().optional() });
export type ListPlansInput = z.input<typeof listPlansInput>;

export const planPage = page(plan);
