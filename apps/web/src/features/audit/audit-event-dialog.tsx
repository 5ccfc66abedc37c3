import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '@apigate/contract';
import { CopyButton } from '@apigate/ui/copy-button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Dialog } from '@apigate/ui/dialog';
import { Skeleton } from '@apigate/ui/skeleton';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { timeText } from '../../lib/time-text.ts';
import { AuditChanges } from './audit-changes.tsx';
import { eventQuery } from './audit-query.ts';
import { actorText, auditActionText, targetText } from './audit-words.ts';
import styles from './audit-event-dialog.module.css';

export interface AuditEventDialogProps {
  /** Id of the event. */
  event: string;
  onClose: () => void;
}

/** All that the log knows of one deed. */
export function AuditEventDialog({ event: id, onClose }: AuditEventDialogProps) {
  const { data: event, error, refetch } = useQuery(eventQuery(id));
  return (
    <Dialog title={event ? auditActionText[event.action] : 'Event'} size="wide" onClose={onClose}>
      <div className={styles.event}>
        {event ? (
          <EventFacts event={event} />
        ) : error ? (
          <ProblemReport error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton heightPx={320} />
        )}
      </div>
    </Dialog>
  );
}

function EventFacts({ event }: { event: AuditEvent }) {
  const { seq, at, action, actor, target, ip, userAgent, requestId } = event;
  return (
    <>
      <AuditChanges event={event} />
      <DescriptionList
        items={[
          {
            term: 'By',
            value: <Person kind={actor.kind} id={actor.id} text={actorText(event)} />,
          },
          ...known(
            'To',
            target && <Person kind={target.kind} id={target.id} text={targetText(event)} />,
          ),
          { term: 'When', value: <time dateTime={at.toISOString()}>{timeText(at)}</time> },
          ...known('From', ip),
          ...known('With', userAgent),
          {
            term: 'Action',
            value: (
              <>
                <code>{action}</code>, event {seq}
              </>
            ),
          },
          ...known(
            'Request',
            requestId && (
              <>
                <code>{requestId}</code>{' '}
                <CopyButton kind="icon" text={requestId} label="Copy request id" />
              </>
            ),
          ),
        ]}
      />
    </>
  );
}

interface PersonProps {
  kind: string;
  id: string | null;
  text: string;
}

function Person({ kind, id, text }: PersonProps) {
  if (kind !== 'user' || id === null) return kind === 'user' ? text : <>{`${text} (${kind})`}</>;
  return (
    <Link to="/console/users/$id" params={{ id }}>
      {text}
    </Link>
  );
}

function known<Value>(term: string, value: Value | null): { term: string; value: Value }[] {
  return value === null ? [] : [{ term, value }];
}
