import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { UsageEvent } from '@apigate/contract';
import { Status } from '@apigate/ui/status';
import { queryClient, trpc } from '../../lib/trpc.ts';
import styles from './first-request.module.css';

const askAgainAfterMs = 1500;

/** Waits for the first request with a key and says what became of it. */
export function FirstRequest({ keyId }: { keyId: string }) {
  const { data } = useQuery(
    trpc.usage.events.queryOptions(
      { key: keyId, limit: 1 },
      {
        refetchInterval: ({ state }) =>
          state.data && state.data.data.length > 0 ? false : askAgainAfterMs,
      },
    ),
  );
  const event = data?.data[0];
  const isReceived = event !== undefined;
  useEffect(() => {
    if (!isReceived) return;
    void queryClient.invalidateQueries(trpc.usage.summary.pathFilter());
    void queryClient.invalidateQueries(trpc.keys.pathFilter());
  }, [isReceived]);

  return (
    <p role="status" className={styles.first}>
      {event ? (
        <Status tone={event.status < 400 ? 'good' : 'warn'} word={eventText(event)} />
      ) : (
        <Status tone="idle" word="Waiting for the first request with this key…" />
      )}
    </p>
  );
}

function eventText({ method, path, status, refusalCode, latencyMs }: UsageEvent): string {
  const outcome = refusalCode ?? `in ${Math.max(1, Math.round(latencyMs))} ms`;
  return `Received: ${method} ${path} → ${status} ${outcome}`;
}
