import { useState } from 'react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { CodePopover } from '@apigate/ui/code-popover';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { Segmented } from '@apigate/ui/segmented';
import { PagedList } from '../../lib/paged-list.tsx';
import { requestsInCode } from './requests-in-code.ts';
import { lastRequestsQuery } from './requests-query.ts';
import { RequestsTable } from './requests-table.tsx';

export interface RequestsSectionProps {
  user: { id: string; email: string };
  /** Those with one key alone. */
  apiKey?: { id: string };
  /** Which of them are shown at first; all unless told. */
  first?: 'all' | 'refused';
}

/** The last requests of a user, all or those that were refused; each opens to how it was decided. */
export function RequestsSection({ user, apiKey, first = 'all' }: RequestsSectionProps) {
  const [shown, setShown] = useState(first);
  const filter = {
    user: user.id,
    ...(apiKey && { key: apiKey.id }),
    ...(shown === 'refused' && { refused: true }),
  };
  const requests = useInfiniteQuery({
    ...lastRequestsQuery(filter),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      title="Requests"
      frame="none"
      aside={
        <>
          <Segmented
            label="Which requests"
            options={[
              { value: 'all', label: 'All' },
              { value: 'refused', label: 'Refused' },
            ]}
            value={shown}
            onChange={setShown}
          />
          <CodePopover
            about="These requests, and why one was refused."
            samples={requestsInCode({ ...filter, user: user.email })}
          />
        </>
      }
    >
      <PagedList
        query={requests}
        noun="requests"
        empty={
          <Nothing>
            {shown === 'refused' ? 'No request was refused.' : 'No request has come yet.'}
          </Nothing>
        }
      >
        {(rows) => (
          <RequestsTable
            of="user"
            requests={rows}
            isStale={requests.isPlaceholderData}
            pendingRows={6}
          />
        )}
      </PagedList>
    </Panel>
  );
}
