import { useState } from 'react';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { AuditEvent } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowButton } from '@apigate/ui/row-button';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { AuditEventDialog } from './audit-event-dialog.tsx';
import { actorText, auditActionText, targetText } from './audit-words.ts';
import styles from './audit-table.module.css';

export interface AuditTableProps {
  /** Undefined while they are on their way. */
  events: readonly AuditEvent[] | undefined;
  isStale?: boolean;
  /** Id of the user whose page this is: that something was done to them goes without saying. */
  about?: string;
  pendingRows?: number;
}

/** Deeds, each of which opens to all that is known of it. */
export function AuditTable({ events, isStale = false, about, pendingRows = 12 }: AuditTableProps) {
  const [open, setOpen] = useState<AuditEvent>();
  return (
    <>
      <Table
        label="Audit events"
        columns={columnsThat(setOpen, about)}
        rows={events}
        rowKey={(event) => event.id}
        isStale={isStale}
        pendingRows={pendingRows}
      />
      {open && <AuditEventDialog event={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function columnsThat(
  onOpen: (event: AuditEvent) => void,
  about: string | undefined,
): readonly Column<AuditEvent>[] {
  return [
    {
      id: 'action',
      header: 'Action',
      phone: 'title',
      cell: (event) => (
        <RowTitle detail={event.target?.id !== about && targetText(event)}>
          <span className={styles.action}>
            <RowButton onClick={() => onOpen(event)}>{auditActionText[event.action]}</RowButton>
            {event.level === 'WARN' && (
              <IconAlertTriangle role="img" aria-label="Worth a look" size={14} />
            )}
          </span>
        </RowTitle>
      ),
    },
    { id: 'actor', header: 'By', cell: actorText },
    {
      id: 'ip',
      header: 'From',
      widthPx: 150,
      leaves: 'below-720',
      phone: 'hidden',
      cell: (event) => event.ip ?? '–',
    },
    {
      id: 'at',
      header: 'When',
      widthPx: 140,
      cell: (event) => <RelativeTime at={event.at} />,
    },
  ];
}
