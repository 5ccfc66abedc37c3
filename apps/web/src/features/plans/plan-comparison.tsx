import { useState } from 'react';
import {
  IconAlertTriangle,
  IconArrowDown,
  IconArrowUp,
  IconCheck,
  IconCircleFilled,
} from '@tabler/icons-react';
import type { Instance, Plan } from '@apigate/contract';
import { isFreePlan } from '@apigate/contract/free-plan';
import { Button, buttonClassName } from '@apigate/ui/button';
import { Status } from '@apigate/ui/status';
import { VisuallyHidden } from '@apigate/ui/visually-hidden';
import { supportLink } from '../../lib/support-link.ts';
import { ChoosePlanDialog } from './choose-plan-dialog.tsx';
import { fitText } from './fit-text.ts';
import { moneyText } from './money-text.ts';
import { planFacts, type PlanFact } from './plan-facts.ts';
import { planFit, type PlanFit } from './plan-fit.ts';
import styles from './plan-comparison.module.css';

export interface PlanComparisonProps {
  plans: readonly Plan[];
  /** Id of one's own plan. */
  ownId: string;
  usage: { used: number; periodEnd: Date };
  /** When a quota of as many units is used up at the pace of this month; null when it is not. */
  fullAt: (units: number) => Date | null;
  instance: Pick<Instance, 'planChange' | 'support'>;
}

/** The plans beside each other, one's own marked, and what this month's use comes to on each. */
export function PlanComparison({ plans, ownId, usage, fullAt, instance }: PlanComparisonProps) {
  const [chosen, setChosen] = useState<Plan>();
  const own = plans.find(({ id }) => id === ownId);
  const shown = plans
    .filter((plan) => plan.enabled || plan.id === ownId)
    .toSorted(
      (a, b) =>
        a.priceMonthlyCents - b.priceMonthlyCents ||
        (a.requestsPerMonth ?? Infinity) - (b.requestsPerMonth ?? Infinity),
    );
  const facts = planFacts(shown, own);
  const fitOf = (plan: Plan) =>
    planFit(
      plan,
      usage.used,
      plan.requestsPerMonth === null ? null : fullAt(plan.requestsPerMonth),
    );
  return (
    <>
      <ul className={styles.plans}>
        {shown.map((plan) => {
          const lines = facts.get(plan.id) ?? [];
          return (
            <li
              key={plan.id}
              className={styles.plan}
              data-own={plan.id === ownId || undefined}
              style={{ gridRow: `span ${lines.length + 3}` }}
            >
              <Head plan={plan} isOwn={plan.id === ownId} />
              <Fit fit={fitOf(plan)} plan={plan} isOwn={plan.id === ownId} usage={usage} />
              <dl className={styles.facts} style={{ gridRow: `span ${lines.length}` }}>
                {lines.map((fact) => (
                  <Fact key={fact.name} fact={fact} />
                ))}
              </dl>
              <div className={styles.foot}>
                <Choice plan={plan} own={own} instance={instance} onChoose={setChosen} />
              </div>
            </li>
          );
        })}
      </ul>
      {chosen && own && (
        <ChoosePlanDialog
          plan={chosen}
          own={own}
          usage={usage}
          fit={fitOf(chosen)}
          facts={facts.get(chosen.id) ?? []}
          ownFacts={facts.get(own.id) ?? []}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  );
}

function Head({ plan, isOwn }: { plan: Plan; isOwn: boolean }) {
  const { name, description, priceMonthlyCents, currency, enabled } = plan;
  return (
    <header className={styles.head}>
      <div className={styles.name}>
        <h2>{name}</h2>
        {isOwn && <Status tone="good" word="Your plan" />}
      </div>
      <p className={styles.price} data-numeric>
        <strong>{moneyText(priceMonthlyCents, currency)}</strong> a month
      </p>
      {!enabled && <p className={styles.about}>No longer offered: who leaves it cannot return.</p>}
      {description && <p className={styles.about}>{description}</p>}
    </header>
  );
}

interface FitProps {
  fit: PlanFit;
  plan: Plan;
  isOwn: boolean;
  usage: PlanComparisonProps['usage'];
}

function Fit({ fit, plan, isOwn, usage }: FitProps) {
  const Icon = fit.kind === 'fits' ? IconCheck : IconAlertTriangle;
  return (
    <p className={styles.fit} data-kind={fit.kind}>
      <Icon aria-hidden size="1.125rem" />
      <span>{fitText(fit, plan, usage, isOwn)}</span>
    </p>
  );
}

const thanWords = {
  more: { icon: IconArrowUp, words: 'more than yours' },
  less: { icon: IconArrowDown, words: 'less than yours' },
  other: { icon: IconCircleFilled, words: 'not as yours' },
} as const;

function Fact({ fact: { name, text, than } }: { fact: PlanFact }) {
  const mark = than === 'same' ? undefined : thanWords[than];
  return (
    <div className={styles.fact} data-than={than}>
      <dt>{name}</dt>
      <dd data-numeric>
        {mark && <mark.icon aria-hidden size={than === 'other' ? 7 : 14} />}
        {text}
        {mark && <VisuallyHidden>, {mark.words}</VisuallyHidden>}
      </dd>
    </div>
  );
}

interface ChoiceProps {
  plan: Plan;
  own: Plan | undefined;
  instance: PlanComparisonProps['instance'];
  onChoose: (plan: Plan) => void;
}

/** How one gets the plan: by oneself, from people, or not at all. */
function Choice({ plan, own, instance: { planChange, support }, onChoose }: ChoiceProps) {
  if (own === undefined || plan.id === own.id) return null;
  if (planChange === 'free' && isFreePlan(plan) && isFreePlan(own)) {
    return <Button onClick={() => onChoose(plan)}>Change to {plan.name}…</Button>;
  }
  if (support === null) {
    return <p className={styles.about}>Ask the people who run this API for it.</p>;
  }
  return (
    <a className={buttonClassName()} {...supportLink(support, `Plan ${plan.name}`)}>
      Ask for {plan.name}
    </a>
  );
}
