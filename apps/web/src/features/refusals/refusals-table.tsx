import type { UsageEvent } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowButton } from '@apigate/ui/row-button';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';

export interface RefusalsTableProps {
  /** Undefined while they are on their way. */
  requests: readonly UsageEvent[] | undefined;
  onOpen: (requestId: string) => void;
}

/** Refused requests, each of which opens to why it was. */
export function RefusalsTable({ requests, onOpen }: RefusalsTableProps) {
  return (
    <Table
      label="Refused requests"
      columns={columnsThat(onOpen)}
      rows={requests}
      rowKey={(request) => request.id}
      pendingRows={3}
    />
  );
}

function columnsThat(onOpen: (requestId: string) => void): readonly Column<UsageEvent>[] {
  return [
    {
      id: 'request',
      header: 'Request',
      phone: 'title',
      cell: ({ id, method, path, key }) => (
        <RowTitle detail={key?.name}>
          <RowButton onClick={() => onOpen(id)}>
            <code>{`${method} ${path}`}</code>
          </RowButton>
        </RowTitle>
      ),
    },
    {
      id: 'answer',
      header: 'Answer',
      widthPx: 220,
      cell: ({ status, refusalCode }) => (
        <Status tone={status < 500 ? 'warn' : 'bad'} word={`${status} ${refusalCode ?? ''}`} />
      ),
    },
    {
      id: 'at',
      header: 'When',
      widthPx: 140,
      cell: ({ at }) => <RelativeTime at={at} />,
    },
  ];
}
