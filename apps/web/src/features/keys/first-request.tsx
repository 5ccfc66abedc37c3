import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { UsageEvent } from '@apigate/contract';
import { Status } from '@apigate/ui/status';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { useUsageTail } from '../../lib/use-usage-tail.ts';
import styles from './first-request.module.css';

export interface FirstRequestProps {
  /** Id of the user whose request it is. */
  owner: string;
  /** With which key; left out, any of theirs. */
  keyId?: string | undefined;
}

/** Waits for a first request, live, and says what became of it. */
export function FirstRequest({ owner, keyId }: FirstRequestProps) {
  const of = { user: owner, ...(keyId !== undefined && { key: keyId }) };
  const first = trpc.usage.events.queryOptions({ ...of, limit: 1 });
  const { data } = useQuery(first);
  const event = data?.data[0];
  const isReceived = event !== undefined;
  const lookAgain = () => void queryClient.invalidateQueries({ queryKey: first.queryKey });
  const line = useUsageTail(of, {
    enabled: !isReceived,
    onWatching: lookAgain,
    onRequests: lookAgain,
  });
  useEffect(() => {
    if (!isReceived) return;
    void queryClient.invalidateQueries(trpc.usage.summary.pathFilter());
    void queryClient.invalidateQueries(trpc.keys.pathFilter());
  }, [isReceived]);

  return (
    <p role="status" className={styles.first} data-live={line === 'watching' || undefined}>
      {event ? (
        <Status tone={event.status < 400 ? 'good' : 'warn'} word={eventText(event)} />
      ) : (
        <Status
          tone="idle"
          word={
            line === 'refused'
              ? 'Waiting no longer. Load the page again to go on.'
              : 'Waiting for your first request…'
          }
        />
      )}
    </p>
  );
}

function eventText({ status, refusalCode, latencyMs }: UsageEvent): string {
  if (refusalCode !== null) return `Received, and refused: ${status} ${refusalCode}`;
  return `Received, ${status} in ${Math.max(1, Math.round(latencyMs))} ms`;
}
