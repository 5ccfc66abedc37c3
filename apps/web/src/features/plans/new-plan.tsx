import { useMutation } from '@tanstack/react-query';
import type { Plan } from '@apigate/contract';
import { Panel } from '@apigate/ui/panel';
import { showToast } from '@apigate/ui/toasts';
import { trpc } from '../../lib/trpc.ts';
import { moneyText } from './money-text.ts';
import { creationOf, newPlan, type PlanDraft } from './plan-draft.ts';
import { PlanForm } from './plan-form.tsx';
import { limitText, pastQuotaText } from './plan-words.ts';
import { newPlanInCode } from './plans-in-code.ts';
import { refreshPlans } from './refresh-plans.ts';

export function NewPlan({ onCreated }: { onCreated: (plan: Plan) => void }) {
  const create = useMutation(
    trpc.plans.create.mutationOptions({
      onSuccess: async (plan) => {
        showToast({ text: `${plan.name} is there; users can be put on it.` });
        onCreated(plan);
        await refreshPlans();
      },
    }),
  );
  return (
    <PlanForm
      start={newPlan}
      isNew
      verb="Create plan"
      mutation={create}
      onSubmit={(draft) => create.mutate(creationOf(draft))}
      code={newPlanInCode}
      aside={(draft) => (
        <Panel title="What a customer gets">
          <p>{offerText(draft)}</p>
        </Panel>
      )}
    />
  );
}

function offerText(draft: PlanDraft): string {
  const { requestsPerMonth, rateLimitPerMinute, burst, priceMonthlyCents, currency } = draft;
  const price = /^[A-Z]{3}$/.test(currency) ? moneyText(priceMonthlyCents, currency) : '';
  const month = limitText(requestsPerMonth);
  const minute = limitText(rateLimitPerMinute);
  const atOnce = limitText(burst ?? rateLimitPerMinute);
  const past =
    requestsPerMonth === null
      ? ''
      : ` What comes past the month’s requests: ${pastQuotaText(draft).toLowerCase()}.`;
  return `${price} a month for ${month.toLowerCase()} requests, ${minute.toLowerCase()} a minute and ${atOnce.toLowerCase()} at once.${past}`;
}
