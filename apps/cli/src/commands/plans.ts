import {
  createPlanInput,
  listPlansInput,
  plan as planSchema,
  planEffectInput,
  planEnforcement,
  planRef,
  updatePlanInput,
} from '@apigate/contract';
import type { Plan, PlanEffect } from '@apigate/sdk';
import type { Command } from 'commander';
import { confirm } from '../confirm.ts';
import { type Flags, json, number, oneOf, text, yesNo } from '../flags.ts';
import * as format from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb, requireChanges } from '../verb.ts';

const planView: View<Plan> = {
  plural: 'plans',
  schema: planSchema,
  columns: {
    Slug: (plan) => plan.slug,
    Name: (plan) => plan.name,
    'Price a month': (plan) => format.money(plan.priceMonthlyCents, plan.currency),
    'Requests a month': (plan) => format.limit(plan.requestsPerMonth),
    'Requests a minute': (plan) => format.limit(plan.rateLimitPerMinute),
    Enforcement: (plan) => plan.enforcement,
    Users: (plan) => format.count(plan.userCount ?? 0),
    Default: (plan) => format.yesNo(plan.isDefault),
    Enabled: (plan) => format.yesNo(plan.enabled),
  },
  details: {
    Description: (plan) => format.orDash(plan.description),
    Burst: (plan) => (plan.burst === null ? 'as the minute allows' : format.count(plan.burst)),
    'Overage per 1,000': (plan) =>
      plan.overageCentsPer1000 === null
        ? format.orDash(null)
        : format.money(plan.overageCentsPer1000, plan.currency),
    'Trial days': (plan) => format.count(plan.trialDays),
    Features: (plan) => format.pairs(plan.features),
    'Stripe price': (plan) => format.orDash(plan.stripePriceId),
    'Paddle price': (plan) => format.orDash(plan.paddlePriceId),
    'Lemon Squeezy variant': (plan) => format.orDash(plan.lemonSqueezyVariantId),
    ID: (plan) => plan.id,
    Created: (plan) => format.time(plan.createdAt),
    Updated: (plan) => format.time(plan.updatedAt),
  },
};

const effectView = {
  columns: {
    Plan: ({ plan }: PlanEffect) => plan.slug,
    Users: ({ userCount }: PlanEffect) => format.count(userCount),
    'Days looked at': ({ firstDay, lastDay }: PlanEffect) => `${firstDay} to ${lastDay}`,
    'At the quota this month': ({ present, proposed }: PlanEffect) =>
      fromTo(present.usersAtQuota, proposed.usersAtQuota, 'users'),
    'Past the quota': ({ present, proposed }: PlanEffect) =>
      `${fromTo(present.usersPastQuota, proposed.usersPastQuota, 'users')}, ${fromTo(present.unitsPastQuota, proposed.unitsPastQuota, 'units')}`,
    'Past the rate limit, at least': ({ present, proposed }: PlanEffect) =>
      `${fromTo(present.usersPastRate, proposed.usersPastRate, 'users')}, ${fromTo(present.requestsPastRate, proposed.requestsPastRate, 'requests')}`,
  },
  details: {},
};

function fromTo(present: number, proposed: number, noun: string): string {
  return present === proposed
    ? `${format.count(present)} ${noun}`
    : `${format.count(present)} → ${format.count(proposed)} ${noun}`;
}

const limitFlags = {
  requestsPerMonth: number('--monthly-quota <n>', 'requests a month, or unlimited'),
  rateLimitPerMinute: number('--rate-limit <n>', 'requests a minute, or unlimited'),
  burst: number('--burst <n>', 'requests that may come at once'),
  enforcement: oneOf('--enforcement <kind>', planEnforcement.options),
} satisfies Flags<typeof planEffectInput>;

const planFlags = {
  name: text('--name <name>', 'display name'),
  slug: text('--id <slug>', 'the name in addresses and commands; made from the name'),
  description: text('--description <text>', 'a line about it'),
  priceMonthlyCents: number('--price <cents>', 'price a month, in cents'),
  currency: text('--currency <code>', 'ISO 4217 code, such as USD'),
  ...limitFlags,
  overageCentsPer1000: number('--overage-price <cents>', 'cents per 1,000 requests past the quota'),
  trialDays: number('--trial-days <n>', 'days before the first charge'),
  isDefault: yesNo('--default [boolean]', 'new users get it'),
  enabled: yesNo('--enabled [boolean]', 'users may be put on it'),
  stripePriceId: text('--stripe-price-id <id>', 'price at Stripe'),
  paddlePriceId: text('--paddle-price-id <id>', 'price at Paddle'),
  lemonSqueezyVariantId: text('--lemon-squeezy-variant-id <id>', 'variant at Lemon Squeezy'),
  features: json('--features <json>', 'names and values that customers see'),
} satisfies Flags<typeof createPlanInput>;

/** `apigate plans …` */
export function addPlans(program: Command): void {
  const plans = addNoun(program, 'plans', 'Prices, limits and quotas');

  addVerb(plans, {
    usage: 'list',
    about: 'List plans',
    input: listPlansInput,
    flags: { enabled: yesNo('--enabled [boolean]', 'only those that can be had'), ...pageFlags },
    examples: ['apigate plans list'],
    run: async ({ api, input, output }) => output.page(await api.plans.list(input), planView),
  });

  addVerb(plans, {
    usage: 'get <plan>',
    about: 'Show a plan, by id, slug or name',
    input: planRef,
    examples: ['apigate plans get pro'],
    run: async ({ api, input, output }) => output.item(await api.plans.get(input.plan), planView),
  });

  addVerb(plans, {
    usage: 'create',
    about: 'Create a plan; without more, it is free with 60 requests a minute and 1,000 a month',
    input: createPlanInput,
    flags: planFlags,
    examples: [
      'apigate plans create --name Free --default true',
      'apigate plans create --name Pro --price 2900 --rate-limit 600 --monthly-quota 100000',
      'apigate plans create --name Team --monthly-quota 50000 --enforcement soft --overage-price 50',
    ],
    run: async ({ api, input, output }) => output.item(await api.plans.create(input), planView),
  });

  addVerb(plans, {
    usage: 'update <plan>',
    about: 'Change a plan, at once and for everyone on it; an empty value clears a field',
    input: updatePlanInput,
    flags: planFlags,
    examples: ['apigate plans update pro --rate-limit unlimited'],
    run: async ({ api, input: { plan, ...changes }, output }) => {
      requireChanges(changes, planFlags);
      output.item(await api.plans.update(plan, changes), planView);
    },
  });

  addVerb(plans, {
    usage: 'effect <plan>',
    about: 'Tell what other limits would do to the users of a plan, by their last 30 days',
    input: planEffectInput,
    flags: limitFlags,
    examples: ['apigate plans effect pro --rate-limit 300 --monthly-quota 50000'],
    run: async ({ api, input: { plan, ...limits }, output }) => {
      const effect = await api.plans.effect(plan, limits);
      output.item(effect, effectView);
      output.section(
        'Most affected',
        effect.mostAffected.map(({ user, used, unitsPastQuota, requestsPastRate }) => ({
          User: user.email,
          'Used this month': format.count(used),
          'Units past the quota': format.count(unitsPastQuota),
          'Requests past the rate limit': format.count(requestsPastRate),
        })),
      );
    },
  });

  addVerb(plans, {
    usage: 'choose <plan>',
    about: 'Move to another plan without price yourself, as a customer; in force at once',
    input: planRef,
    examples: ['apigate plans choose free'],
    run: async ({ api, input, output }) => {
      const user = await api.plans.choose(input.plan);
      output.done(`You are on ${user.plan.name}; what you used this month counts on.`, user);
    },
  });

  addVerb(plans, {
    usage: 'delete <plan>',
    about: 'Delete a plan that no user is on',
    input: planRef,
    isDestructive: true,
    examples: ['apigate plans delete trial --yes'],
    run: async ({ api, input, output, isAgreed }) => {
      await confirm(`The plan ${input.plan} is deleted for good.`, isAgreed);
      output.done(`The plan ${input.plan} is deleted.`, await api.plans.delete(input.plan));
    },
  });
}
