import type { UsageEvent } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { RequestLink } from '../../lib/request-link.tsx';

export interface RefusalsTableProps {
  /** Undefined while they are on their way. */
  requests: readonly UsageEvent[] | undefined;
}

/** Refused requests, each of which opens to why it was. */
export function RefusalsTable({ requests }: RefusalsTableProps) {
  return (
    <Table
      label="Refused requests"
      columns={columns}
      rows={requests}
      rowKey={(request) => request.id}
      pendingRows={3}
    />
  );
}

const columns: readonly Column<UsageEvent>[] = [
  {
    id: 'request',
    header: 'Request',
    phone: 'title',
    cell: ({ id, method, path, key }) => (
      <RowTitle detail={key?.name}>
        <RequestLink id={id}>
          <code>{`${method} ${path}`}</code>
        </RequestLink>
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
