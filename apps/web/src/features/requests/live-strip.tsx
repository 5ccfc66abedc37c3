import { useState } from 'react';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { PendingRows } from '../../lib/pending-rows.tsx';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { RequestLink } from '../../lib/request-link.tsx';
import { ClockTime } from './clock-time.tsx';
import { useLiveRequests } from './live-requests.ts';
import { LiveStatus } from './live-status.tsx';
import { RequestAnswer } from './request-answer.tsx';
import styles from '../../lib/rows.module.css';

const requestsShown = 6;

/** The newest requests of all, as they come. */
export function LiveStrip() {
  const [isPaused, setIsPaused] = useState(false);
  const { list, line, hasGap } = useLiveRequests({}, requestsShown, !isPaused);
  return (
    <Panel
      title="Requests, live"
      frame="none"
      aside={<LiveStatus line={line} hasGap={hasGap} isPaused={isPaused} onPause={setIsPaused} />}
    >
      <Requests list={list} />
    </Panel>
  );
}

function Requests({ list }: { list: ReturnType<typeof useLiveRequests>['list'] }) {
  const requests = list.data?.pages[0]?.data.slice(0, requestsShown);
  if (list.error && !requests)
    return <ProblemReport error={list.error} onRetry={() => void list.refetch()} />;
  if (requests === undefined) return <PendingRows count={requestsShown} />;
  if (requests.length === 0)
    return <Nothing>No request yet. The next one appears here within a second.</Nothing>;
  return (
    <ol className={styles.rows}>
      {requests.map((request) => (
        <li key={request.id}>
          <span>
            <RequestLink id={request.id}>
              <code className={styles.what}>{`${request.method} ${request.path}`}</code>
            </RequestLink>
            <span className={styles.detail}>
              <ClockTime at={request.at} /> {request.user?.email ?? 'no known key'}
            </span>
          </span>
          <RequestAnswer request={request} />
        </li>
      ))}
    </ol>
  );
}
