import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import type { Page, UsageEvent } from '@apigate/contract';
import { Switch } from '@apigate/ui/switch';
import { useUsageTail } from '../../lib/use-usage-tail.ts';
import { filterInput, requestsQuery, withNewRequests } from './requests-query.ts';
import type { RequestsSearch } from './requests-search.ts';
import styles from './live-switch.module.css';

export interface LiveSwitchProps {
  /** Id of the caller. */
  user: string;
  search: RequestsSearch;
  onChange: (live: boolean) => void;
}

/** Lets new requests come into the list by themselves. */
export function LiveSwitch({ user, search, onChange }: LiveSwitchProps) {
  const queryClient = useQueryClient();
  const isLive = search.live === true;
  const { queryKey } = requestsQuery(user, search);
  const { since: _, ...input } = filterInput(user, search);
  const line = useUsageTail(input, {
    enabled: isLive,
    onWatching: () => void queryClient.invalidateQueries({ queryKey }),
    onRequests: (news, hasGap) => {
      if (hasGap) {
        void queryClient.invalidateQueries({ queryKey });
        return;
      }
      queryClient.setQueryData<InfiniteData<Page<UsageEvent>, string | undefined>>(
        queryKey,
        (list) => list && withNewRequests(list, news),
      );
    },
  });
  return (
    <label className={styles.live} data-line={line}>
      <span>{line === 'connecting' ? 'Live, connecting…' : 'Live'}</span>
      <Switch
        label="Show new requests as they come"
        checked={isLive}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
