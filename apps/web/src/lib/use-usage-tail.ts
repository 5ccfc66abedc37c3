import { useSubscription } from '@trpc/tanstack-react-query';
import type { TailUsageInput, UsageEvent } from '@apigate/contract';
import { noticeRefusal, trpc } from './trpc.ts';

export interface UsageTailOptions {
  enabled: boolean;
  /** It watches from now on: whenever the line is opened, the first time and after each break. What came before is in the list. */
  onWatching: () => void;
  /** What came, oldest first. @param hasGap true where there was more than is told */
  onRequests: (requests: readonly UsageEvent[], hasGap: boolean) => void;
}

/** Requests as they come. @returns whether the line is open; a broken one is opened anew by itself */
export function useUsageTail(
  input: TailUsageInput,
  { enabled, onWatching, onRequests }: UsageTailOptions,
): 'off' | 'connecting' | 'watching' | 'refused' {
  const { status } = useSubscription(
    trpc.usage.tail.subscriptionOptions(input, {
      enabled,
      onData: ({ events, hasGap }) => {
        // The server says nothing but that once, when it begins to watch.
        if (events.length === 0 && !hasGap) onWatching();
        else onRequests(events, hasGap);
      },
      onError: noticeRefusal,
    }),
  );
  if (!enabled) return 'off';
  return status === 'error' ? 'refused' : status === 'pending' ? 'watching' : 'connecting';
}
