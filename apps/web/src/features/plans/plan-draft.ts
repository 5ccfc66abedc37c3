import type { CreatePlanInput, Plan } from '@apigate/contract';
import { formText } from '../../lib/form-text.ts';

/** What a form about a plan says, in the contract's units. */
export type PlanDraft = Omit<Plan, 'id' | 'isDefault' | 'userCount' | 'createdAt' | 'updatedAt'>;

/** What of a plan decides how many requests pass. */
export type PlanLimits = Pick<
  PlanDraft,
  'requestsPerMonth' | 'rateLimitPerMinute' | 'burst' | 'enforcement'
>;

/** What a new plan is, unless one says otherwise. */
export const newPlan: PlanDraft = {
  name: '',
  slug: '',
  description: null,
  priceMonthlyCents: 0,
  currency: 'USD',
  requestsPerMonth: 1000,
  rateLimitPerMinute: 60,
  burst: null,
  enforcement: 'hard',
  overageCentsPer1000: null,
  trialDays: 0,
  enabled: true,
  stripePriceId: null,
  paddlePriceId: null,
  lemonSqueezyVariantId: null,
  features: {},
};

/** Reads what stands in a form about a plan. */
export function readPlanForm(form: FormData): PlanDraft {
  const text = (field: string) => formText(form, field).trim();
  const number = (field: string) => (text(field) === '' ? null : Number(text(field)));
  const cents = (field: string) => {
    const units = number(field);
    return units === null ? null : Math.round(units * 100);
  };
  const orNull = (field: string) => text(field) || null;
  const enforcement = text('enforcement') === 'soft' ? 'soft' : 'hard';
  return {
    name: text('name'),
    slug: text('slug'),
    description: orNull('description'),
    priceMonthlyCents: cents('price') ?? 0,
    currency: text('currency').toUpperCase(),
    requestsPerMonth: number('requestsPerMonth'),
    rateLimitPerMinute: number('rateLimitPerMinute'),
    burst: number('burst'),
    enforcement,
    overageCentsPer1000: enforcement === 'soft' ? cents('overage') : null,
    trialDays: number('trialDays') ?? 0,
    enabled: form.has('enabled'),
    stripePriceId: orNull('stripePriceId'),
    paddlePriceId: orNull('paddlePriceId'),
    lemonSqueezyVariantId: orNull('lemonSqueezyVariantId'),
    features: featuresOf(formText(form, 'features')),
  };
}

/** One feature a line, `name: value`. */
function featuresOf(lines: string): Record<string, string> {
  const entries = lines.split('\n').flatMap((line): [string, string][] => {
    const [name = '', ...value] = line.split(':');
    return name.trim() === '' ? [] : [[name.trim(), value.join(':').trim()]];
  });
  return Object.fromEntries(entries);
}

export function featuresText(features: Readonly<Record<string, string>>): string {
  return Object.entries(features)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** Only what differs is sent, so that two admins do not undo each other. */
export function changesOf(draft: PlanDraft, plan: PlanDraft): Partial<PlanDraft> {
  const before: Readonly<Record<string, unknown>> = { ...plan };
  return Object.fromEntries(
    Object.entries(draft).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]),
    ),
  );
}

/** A draft as `plans.create` takes it: what is left out is made or absent. */
export function creationOf(draft: PlanDraft): CreatePlanInput {
  const { name, ...fields } = draft;
  const given = Object.entries(fields).filter(
    ([field, value]) =>
      value !== '' &&
      (value !== null || ['requestsPerMonth', 'rateLimitPerMinute'].includes(field)),
  );
  return { name, ...Object.fromEntries(given) };
}
