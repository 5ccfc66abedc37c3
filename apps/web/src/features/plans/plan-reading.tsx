import type { Plan } from '@apigate/contract';
import { DescriptionList } from '@apigate/ui/description-list';
import { Panel } from '@apigate/ui/panel';
import { moneyText } from './money-text.ts';
import { limitText, pastQuotaText } from './plan-words.ts';

/** A plan for those who may read it and not change it. */
export function PlanReading({ plan }: { plan: Plan }) {
  const burst = plan.burst ?? plan.rateLimitPerMinute;
  return (
    <Panel title="What it allows">
      <DescriptionList
        items={[
          { term: 'Price a month', value: moneyText(plan.priceMonthlyCents, plan.currency) },
          { term: 'Requests a month', value: limitText(plan.requestsPerMonth) },
          { term: 'Requests a minute', value: limitText(plan.rateLimitPerMinute) },
          { term: 'At once', value: limitText(burst) },
          { term: 'Past the quota', value: pastQuotaText(plan) },
          { term: 'Trial days', value: String(plan.trialDays) },
          { term: 'Description', value: plan.description ?? '–' },
          ...Object.entries(plan.features).map(([term, value]) => ({ term, value })),
        ]}
      />
    </Panel>
  );
}
