import type { Plan } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { curlText } from '../../lib/curl-text.ts';
import { changesOrName, deedInCode } from '../../lib/deed-in-code.ts';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import { changesOf, newPlan, type PlanDraft, type PlanLimits } from './plan-draft.ts';

/** The plans, and a new one, as commands and as calls. */
export function plansInCode(): readonly [CodeSample, ...CodeSample[]] {
  const fields = { name: 'Team', price: '4900', 'monthly-quota': '50000', 'rate-limit': '300' };
  return [
    {
      name: 'CLI',
      code: ['apigate plans list', commandText('apigate plans create', fields)].join('\n'),
    },
    {
      name: 'curl',
      code: `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/admin/plans`,
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.plans.list();`,
        `await apigate.plans.create({`,
        `  name: 'Team',`,
        `  priceMonthlyCents: 4900,`,
        `  requestsPerMonth: 50_000,`,
        `  rateLimitPerMinute: 300,`,
        `});`,
      ),
    },
  ];
}

/** One plan, as a command and as calls. */
export function planInCode({ slug }: Plan): readonly [CodeSample, ...CodeSample[]] {
  return [
    { name: 'CLI', code: `apigate plans get ${slug}` },
    { name: 'curl', code: curlText(`/admin/plans/${slug}`) },
    {
      name: 'SDK',
      code: sdkText(`const plan = await apigate.plans.get(${JSON.stringify(slug)});`),
    },
  ];
}

/** A new plan as it stands in the form. */
export function newPlanInCode(draft: PlanDraft): readonly [CodeSample, ...CodeSample[]] {
  return deedInCode({
    command: 'apigate plans create',
    path: '/admin/plans',
    call: 'plans.create',
    input: { name: draft.name, ...withLimits(changesOf(draft, newPlan)) },
  });
}

/** What the form changes of a plan. */
export function planChangeInCode(
  draft: PlanDraft,
  plan: Plan,
): readonly [CodeSample, ...CodeSample[]] {
  return deedInCode({
    command: `apigate plans update ${plan.slug}`,
    method: 'PUT',
    path: `/admin/plans/${plan.slug}`,
    call: 'plans.update',
    ref: plan.slug,
    input: changesOrName(withLimits(changesOf(draft, plan)), plan),
  });
}

/** What the limits in the form would do to the users of a plan. */
export function planEffectInCode(
  { slug }: Plan,
  { requestsPerMonth, rateLimitPerMinute, burst, enforcement }: PlanLimits,
): readonly [CodeSample, ...CodeSample[]] {
  return deedInCode({
    command: `apigate plans effect ${slug}`,
    path: `/admin/plans/${slug}/effect`,
    call: 'plans.effect',
    ref: slug,
    input: { ...withLimits({ requestsPerMonth, rateLimitPerMinute }), burst, enforcement },
  });
}

/** Says that a limit is lifted, where null would be read as not told. */
function withLimits(fields: Partial<PlanDraft>): Readonly<Record<string, unknown>> {
  const lifted = Object.entries(fields)
    .filter(([field, value]) => value === null && /^(requestsPer|rateLimitPer)/.test(field))
    .map(([field]) => [field, 'unlimited']);
  return { ...fields, ...Object.fromEntries(lifted) };
}
