import { useState } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { Alerts } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Panel } from '@apigate/ui/panel';
import { RelativeTime } from '@apigate/ui/relative-time';
import { Skeleton } from '@apigate/ui/skeleton';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { percentsText, raisedText } from './alert-text.ts';
import { AlertsDialog } from './alerts-dialog.tsx';
import { alertsInCode } from './alerts-in-code.ts';
import styles from './alerts-panel.module.css';

/** When the caller is told of their quota, and what they were told in this period. */
export function AlertsPanel() {
  return (
    <QueryBoundary pending={<Skeleton heightPx={240} />}>
      <OwnAlerts />
    </QueryBoundary>
  );
}

function OwnAlerts() {
  const { data: alerts } = useSuspenseQuery(trpc.alerts.get.queryOptions({}));
  const [isChanging, setIsChanging] = useState(false);
  return (
    <Panel
      title="Alerts"
      aside={<CodePopover about="Your alerts, as they are now." samples={alertsInCode(alerts)} />}
    >
      <p>{settingsText(alerts)}</p>
      {alerts.raised.length > 0 ? (
        <ul className={styles.raised}>
          {alerts.raised.map((raised) => (
            <li key={`${raised.measure} ${raised.percent}`}>
              <span data-numeric>{raisedText(raised)}</span>
              <RelativeTime at={raised.at} />
            </li>
          ))}
        </ul>
      ) : (
        <p className={styles.none}>No threshold was reached this month.</p>
      )}
      <Button className={styles.change} onClick={() => setIsChanging(true)}>
        Change alerts…
      </Button>
      {isChanging && <AlertsDialog alerts={alerts} onClose={() => setIsChanging(false)} />}
    </Panel>
  );
}

function settingsText({ quotaPercents, forecastPercents, email }: Alerts): string {
  const when = [
    ...(quotaPercents.length > 0 ? [`at ${percentsText(quotaPercents)} of the quota`] : []),
    ...(forecastPercents.length > 0
      ? [`when ${percentsText(forecastPercents)} will be used by the end of the month`]
      : []),
  ];
  if (when.length === 0) return 'You are not told before the quota is used up.';
  return `You are told ${when.join(', and ')}: ${email ? 'here and by e-mail' : 'here, without an e-mail'}.`;
}
