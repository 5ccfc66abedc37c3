import { useState, type ReactNode } from 'react';
import type { UsageOutcome } from '@apigate/contract';
import { buttonClassName } from '@apigate/ui/button';
import { FilterChip } from '@apigate/ui/filter-chip';
import { Nothing } from '@apigate/ui/nothing';
import { fieldErrors } from '../../lib/error-text.ts';
import { PagedList } from '../../lib/paged-list.tsx';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { exportPath } from './export-path.ts';
import { useLiveRequests } from './live-requests.ts';
import { LiveStatus } from './live-status.tsx';
import { outcomeOptions } from './outcome-options.ts';
import type { RequestsFilter } from './requests-query.ts';
import { RequestsTable } from './requests-table.tsx';
import styles from './requests-list.module.css';

export interface RequestsListProps {
  since: Date;
  until: Date;
  /** Whether `until` is now, and goes on with the clock. */
  endsNow: boolean;
  /** Whose; left out, everybody's. */
  user?: string | undefined;
  outcome: UsageOutcome | undefined;
  onOutcome: (outcome: UsageOutcome | undefined) => void;
  /** An expression that holds for the figures of those who sent them. */
  expression: string | undefined;
  /** What the expression is set with. @param error what the server said of it */
  expressionField: (error: string | undefined) => ReactNode;
}

/** Requests of a stretch one by one; where it ends now, those that come appear at its head. */
export function RequestsList({
  since,
  until,
  endsNow,
  user,
  outcome,
  onOutcome,
  expression,
  expressionField,
}: RequestsListProps) {
  const [isPaused, setIsPaused] = useState(false);
  const filter = withoutUndefined<RequestsFilter>({ user, outcome, filter: expression, since });
  const asked = { ...filter, ...(!endsNow && { until }) };
  const { list, line, hasGap } = useLiveRequests(asked, 50, endsNow && !isPaused);
  const error = fieldErrors(list.error)['filter'];
  return (
    <>
      {expressionField(error)}
      <div className={styles.filters}>
        <FilterChip label="Outcome" value={outcome} options={outcomeOptions} onChange={onOutcome} />
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
      {error === undefined ? (
        <PagedList
          query={list}
          noun="requests"
          empty={
            <Nothing>
              No request in this time{outcome === 'refused' && ' was refused'}
              {user !== undefined && ` from ${user}`}
              {(outcome ?? expression) !== undefined &&
                outcome !== 'refused' &&
                ' fits the filters'}
              .{endsNow && ' The next one appears here within a second.'}
            </Nothing>
          }
        >
          {(rows) => (
            <RequestsTable
              of="everybody"
              requests={rows}
              isStale={list.isPlaceholderData}
              pendingRows={12}
            />
          )}
        </PagedList>
      ) : (
        <Nothing>No request is listed until the filter can be read.</Nothing>
      )}
    </>
  );
}
