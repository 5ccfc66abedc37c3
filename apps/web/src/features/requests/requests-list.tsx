import { useState } from 'react';
import { buttonClassName } from '@apigate/ui/button';
import { FilterChip } from '@apigate/ui/filter-chip';
import { Nothing } from '@apigate/ui/nothing';
import { PagedList } from '../../lib/paged-list.tsx';
import { exportPath } from './export-path.ts';
import { useLiveRequests } from './live-requests.ts';
import { LiveStatus } from './live-status.tsx';
import { RequestsTable } from './requests-table.tsx';
import styles from './requests-list.module.css';

export interface RequestsListProps {
  since: Date;
  until: Date;
  /** Whether `until` is now, and goes on with the clock. */
  endsNow: boolean;
  /** Whose; left out, everybody's. */
  user?: string | undefined;
  refused?: boolean | undefined;
  onRefused: (refused: true | undefined) => void;
}

/** Requests of a stretch one by one; where it ends now, those that come appear at its head. */
export function RequestsList({
  since,
  until,
  endsNow,
  user,
  refused,
  onRefused,
}: RequestsListProps) {
  const [isPaused, setIsPaused] = useState(false);
  const filter = { ...(user !== undefined && { user }), ...(refused && { refused }), since };
  const asked = { ...filter, ...(!endsNow && { until }) };
  const { list, line, hasGap } = useLiveRequests(asked, 50, endsNow && !isPaused);
  return (
    <>
      <div className={styles.filters}>
        <FilterChip
          label="Answer"
          value={refused ? 'refused' : undefined}
          options={[{ value: 'refused', label: 'Refused by a rule' }]}
          onChange={(value) => onRefused(value === undefined ? undefined : true)}
        />
        {endsNow && (
          <LiveStatus line={line} hasGap={hasGap} isPaused={isPaused} onPause={setIsPaused} />
        )}
        <span className={styles.files}>
          {(['csv', 'json'] as const).map((format) => (
            <a
              key={format}
              className={buttonClassName('quiet')}
              href={exportPath('/admin', format, { ...filter, until })}
              download
            >
              Export {format.toUpperCase()}
            </a>
          ))}
        </span>
      </div>
      <PagedList
        query={list}
        noun="requests"
        empty={
          <Nothing>
            No request in this time{refused && ' was refused'}
            {user !== undefined && ` from ${user}`}.
            {endsNow && ' The next one appears here within a second.'}
          </Nothing>
        }
      >
        {(rows) => <RequestsTable of="everybody" requests={rows} pendingRows={12} />}
      </PagedList>
    </>
  );
}
