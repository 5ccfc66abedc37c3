import { Link } from '@tanstack/react-router';
import type { Plan } from '@apigate/contract';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { moneyText } from './money-text.ts';
import { PlanActions } from './plan-actions.tsx';
import { limitText, pastQuotaText } from './plan-words.ts';

export interface PlansTableProps {
  /** Undefined while they are on their way. */
  plans: readonly Plan[] | undefined;
  mayChange: boolean;
}

export function PlansTable({ plans, mayChange }: PlansTableProps) {
  return (
    <Table
      label="Plans"
      columns={mayChange ? [...columns, actions] : columns}
      rows={plans}
      rowKey={(plan) => plan.id}
      dimmed={(plan) => !plan.enabled}
      pendingRows={3}
    />
  );
}

const columns: readonly Column<Plan>[] = [
  {
    id: 'plan',
    header: 'Plan',
    phone: 'title',
    cell: (plan) => (
      <RowTitle detail={plan.isDefault ? `${plan.slug} · the default` : plan.slug}>
        <Link to="/console/plans/$plan" params={{ plan: plan.slug }} data-opens-row>
          {plan.name}
        </Link>
      </RowTitle>
    ),
  },
  {
    id: 'price',
    header: 'Price a month',
    widthPx: 124,
    align: 'end',
    cell: (plan) => moneyText(plan.priceMonthlyCents, plan.currency),
  },
  {
    id: 'quota',
    header: 'Requests a month',
    widthPx: 144,
    align: 'end',
    cell: (plan) => limitText(plan.requestsPerMonth),
  },
  {
    id: 'rate',
    header: 'Requests a minute',
    widthPx: 148,
    align: 'end',
    phone: 'hidden',
    leaves: 'below-720',
    cell: (plan) => limitText(plan.rateLimitPerMinute),
  },
  {
    id: 'past',
    header: 'Past the quota',
    widthPx: 152,
    phone: 'hidden',
    leaves: 'below-960',
    cell: pastQuotaText,
  },
  {
    id: 'users',
    header: 'Users',
    widthPx: 92,
    align: 'end',
    cell: (plan) => (
      <Link
        to="/console/users"
        search={{ plan: plan.slug }}
        aria-label={`${numberText(plan.userCount ?? 0)} users on ${plan.name}`}
      >
        {numberText(plan.userCount ?? 0)}
      </Link>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    widthPx: 112,
    phone: 'hidden',
    leaves: 'below-960',
    cell: (plan) => (
      <Status tone={plan.enabled ? 'good' : 'idle'} word={plan.enabled ? 'Offered' : 'Off'} />
    ),
  },
];

const actions: Column<Plan> = {
  id: 'actions',
  header: 'Actions',
  widthPx: 56,
  align: 'end',
  phone: 'actions',
  cell: (plan) => <PlanActions plan={plan} />,
};
