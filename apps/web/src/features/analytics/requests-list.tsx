import { useState } from 'react';
import { buttonClassName } from '@apigate/ui/button';
import { FilterChip } from '@apigate/ui/filter-chip';
import { Nothing } from '@apigate/ui/nothing';
import { PagedList } from '../../lib/paged-list.tsx';
import type { AnalyticsSearch } from './analytics-search.ts';
import { exportHref } from './export-href.ts';
import { useLiveRequests } from './live-requests.ts';
import { LiveStatus } from './live-status.tsx';
import { RequestsTable } from './requests-table.tsx';
import type { TimeRange } from './time-range.ts';
import styles from './analytics-tables.module.css';

export interface RequestsListProps {
  range: TimeRange;
  search: Pick<AnalyticsSearch, 'user' | 'refused'>;
  onRefused: (refused: true | undefined) => void;
}

/** Requests of a stretch one by one; where it ends now, those that come appear at its head. */
export function RequestsList({ range, search: { user, refused }, onRefused }: RequestsListProps) {
  const [isPaused, setIsPaused] = useState(false);
  const endsNow = range.name !== null;
  const filter = { ...(user !== undefined && { user }), ...(refused && { refused }) };
  const asked = { ...filter, since: range.from, ...(!endsNow && { until: range.to }) };
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
              href={exportHref(format, { ...filter, since: range.from, until: range.to })}
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
        {(rows) => <RequestsTable requests={rows} />}
      </PagedList>
    </>
  );
}
