import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '@apigate/contract';
import { CopyButton } from '@apigate/ui/copy-button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Dialog } from '@apigate/ui/dialog';
import { timeText } from '../../lib/time-text.ts';
import { AuditChanges } from './audit-changes.tsx';
import { actorText, auditActionText, targetText } from './audit-words.ts';
import styles from './audit-event-dialog.module.css';

export interface AuditEventDialogProps {
  event: AuditEvent;
  onClose: () => void;
}

/** All that the log knows of one deed. */
export function AuditEventDialog({ event, onClose }: AuditEventDialogProps) {
  const { seq, at, action, actor, target, ip, userAgent, requestId } = event;
  return (
    <Dialog title={auditActionText[action]} size="wide" onClose={onClose}>
      <div className={styles.event}>
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
      </div>
    </Dialog>
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
