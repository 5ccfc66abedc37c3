import { IconAlertTriangle } from '@tabler/icons-react';
import type { AuditEvent } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowButton } from '@apigate/ui/row-button';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { queryClient } from '../../lib/trpc.ts';
import { eventQuery } from './audit-query.ts';
import { actorText, auditActionText, targetText } from './audit-words.ts';
import styles from './audit-table.module.css';

export interface AuditTableProps {
  /** Undefined while they are on their way. */
  events: readonly AuditEvent[] | undefined;
  isStale?: boolean;
  /** Takes the id of an event, of which all is to be shown. */
  onOpen: (event: string) => void;
  /** Id of the user whose page this is: that something was done to them goes without saying. */
  about?: string;
  pendingRows?: number;
}

/** Deeds, each of which opens to all that is known of it. */
export function AuditTable({
  events,
  isStale = false,
  onOpen,
  about,
  pendingRows = 12,
}: AuditTableProps) {
  const open = (event: AuditEvent): void => {
    queryClient.setQueryData(eventQuery(event.id).queryKey, event);
    onOpen(event.id);
  };
  return (
    <Table
      label="Audit events"
      columns={columnsThat(open, about)}
      rows={events}
      rowKey={(event) => event.id}
      isStale={isStale}
      pendingRows={pendingRows}
    />
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
              <IconAlertTriangle role="img" aria-label="Worth a look" size="0.875rem" />
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
