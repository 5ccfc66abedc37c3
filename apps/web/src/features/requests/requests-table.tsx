import type { UsageEvent } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { msText } from '../../lib/measure-text.ts';
import { RequestLink } from '../../lib/request-link.tsx';

export interface RequestsTableProps {
  /** Undefined while they are on their way. */
  requests: readonly UsageEvent[] | undefined;
  isStale: boolean;
}

/** Requests, each of which opens to how it was decided. */
export function RequestsTable({ requests, isStale }: RequestsTableProps) {
  return (
    <Table
      label="Requests"
      columns={columns}
      rows={requests}
      rowKey={(request) => request.id}
      isStale={isStale}
      pendingRows={6}
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
    widthPx: 190,
    cell: ({ status, refusalCode }) => (
      <Status tone={toneOf(status)} word={`${status} ${refusalCode ?? ''}`} />
    ),
  },
  {
    id: 'took',
    header: 'Took',
    widthPx: 84,
    align: 'end',
    leaves: 'below-720',
    cell: ({ latencyMs }) => msText(latencyMs),
  },
  { id: 'at', header: 'When', widthPx: 140, cell: ({ at }) => <RelativeTime at={at} /> },
];

function toneOf(status: number): 'good' | 'warn' | 'bad' {
  if (status < 400) return 'good';
  return status < 500 ? 'warn' : 'bad';
}
