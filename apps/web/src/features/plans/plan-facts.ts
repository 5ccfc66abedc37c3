import type { Plan } from '@apigate/contract';
import { numberText } from '../../lib/number-text.ts';
import { moneyText } from './money-text.ts';

/** One line of the comparison. */
export interface PlanFact {
  name: string;
  text: string;
  /** Against one's own plan; `other` where neither is more. */
  than: 'same' | 'more' | 'less' | 'other';
}

interface Line {
  name: string;
  text: (plan: Plan) => string;
  /** What more of it is more for the customer; left out where that cannot be told. */
  amount?: (plan: Plan) => number;
}

const limitText = (limit: number | null) => (limit === null ? 'Unlimited' : numberText(limit));
const amountOf = (limit: number | null) => limit ?? Infinity;
const absent = '—';

const limits: readonly Line[] = [
  {
    name: 'Requests a month',
    text: ({ requestsPerMonth }) => limitText(requestsPerMonth),
    amount: ({ requestsPerMonth }) => amountOf(requestsPerMonth),
  },
  {
    name: 'Requests a minute',
    text: ({ rateLimitPerMinute }) => limitText(rateLimitPerMinute),
    amount: ({ rateLimitPerMinute }) => amountOf(rateLimitPerMinute),
  },
  {
    name: 'At once',
    text: (plan) => limitText(burstOf(plan)),
    amount: (plan) => amountOf(burstOf(plan)),
  },
  { name: 'Past the month’s requests', text: pastQuotaText },
];

function burstOf({ burst, rateLimitPerMinute }: Plan): number | null {
  return burst ?? rateLimitPerMinute;
}

function pastQuotaText(plan: Plan): string {
  if (plan.requestsPerMonth === null) return 'Nothing changes';
  if (plan.enforcement === 'hard') return 'Refused';
  const cents = plan.overageCentsPer1000 ?? 0;
  return cents === 0
    ? 'Served, at no cost'
    : `Served, ${moneyText(cents, plan.currency)} per 1,000`;
}

/** What each plan offers, line by line the same for all: limits, then every feature that one of them has. */
export function planFacts(plans: readonly Plan[], own: Plan | undefined): Map<string, PlanFact[]> {
  const features = new Set(plans.flatMap((plan) => Object.keys(plan.features)));
  const lines = [
    ...limits,
    ...[...features].map((name) => ({
      name,
      text: (plan: Plan) => plan.features[name] ?? absent,
    })),
  ];
  // A line that is the same everywhere and says nothing of its own is noise.
  const telling = lines.filter(
    ({ name, text }) =>
      name !== 'At once' || plans.some((plan) => text(plan) !== limitText(plan.rateLimitPerMinute)),
  );
  return new Map(
    plans.map((plan) => [
      plan.id,
      telling.map((line) => ({
        name: line.name,
        text: line.text(plan),
        than: own === undefined ? 'same' : compared(line, plan, own),
      })),
    ]),
  );
}

function compared({ text, amount }: Line, plan: Plan, own: Plan): PlanFact['than'] {
  if (text(plan) === text(own)) return 'same';
  if (amount === undefined) return 'other';
  return amount(plan) > amount(own) ? 'more' : 'less';
}
