import type { ReactNode } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Panel } from '@apigate/ui/panel';
import { trpc } from '../../lib/trpc.ts';
import { limitsText } from './limits-text.ts';
import { QuotaBar } from './quota-bar.tsx';
import styles from './quota-panel.module.css';

export interface QuotaPanelProps {
  planName: string;
  /** What can be done about it. */
  actions: ReactNode;
}

/** How much of the caller’s quota is used, where that leads, and what the plan allows in words. */
export function QuotaPanel({ planName, actions }: QuotaPanelProps) {
  const { data } = useSuspenseQuery(trpc.usage.summary.queryOptions({}));
  return (
    <Panel title="This month" aside={<span className={styles.plan}>{planName} plan</span>}>
      <QuotaBar quota={data.quota} forecast={data.forecast} />
      <div className={styles.foot}>
        <p>{limitsText(data.limits)}</p>
        <div className={styles.actions}>{actions}</div>
      </div>
    </Panel>
  );
}
