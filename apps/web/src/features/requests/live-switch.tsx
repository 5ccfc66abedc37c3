import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import type { Page, UsageEvent } from '@apigate/contract';
import { Switch } from '@apigate/ui/switch';
import { useUsageTail } from '../../lib/use-usage-tail.ts';
import { requestsQuery, type RequestsFilter } from './requests-query.ts';
import { withNewRequests } from './with-new-requests.ts';
import styles from './live-switch.module.css';

export interface LiveSwitchProps {
  /** Which requests the list shows. */
  filter: RequestsFilter;
  checked: boolean;
  onChange: (live: boolean) => void;
}

/** How many are kept while they come. */
const rowsMax = 1_000;

/** Lets new requests come into the list by themselves. */
export function LiveSwitch({ filter, checked, onChange }: LiveSwitchProps) {
  const queryClient = useQueryClient();
  const { queryKey } = requestsQuery(filter);
  const { since: _, until: __, ...watched } = filter;
  const line = useUsageTail(watched, {
    enabled: checked,
    onWatching: () => void queryClient.invalidateQueries({ queryKey }),
    onRequests: (news, hasGap) => {
      if (hasGap) {
        void queryClient.invalidateQueries({ queryKey });
        return;
      }
      queryClient.setQueryData<InfiniteData<Page<UsageEvent>, string | undefined>>(
        queryKey,
        (list) => withNewRequests(list, news, rowsMax),
      );
    },
  });
  return (
    <label className={styles.live} data-line={line}>
      <span>{line === 'connecting' ? 'Live, connecting…' : 'Live'}</span>
      <Switch
        label="Show new requests as they come"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
