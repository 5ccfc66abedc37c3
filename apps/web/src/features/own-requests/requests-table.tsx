import type { UsageEvent } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { msText } from '../../lib/measure-text.ts';
import { RequestLink } from '../../lib/request-link.tsx';
import { refusalText } from './refusal-text.ts';

export interface RequestsTableProps {
  /** Undefined while they are on their way. */
  requests: readonly UsageEvent[] | undefined;
  isStale?: boolean;
  pendingRows?: number;
}

/** Requests of the caller; each opens to what became of it, and a refused one says why. */
export function RequestsTable({ requests, isStale = false, pendingRows = 8 }: RequestsTableProps) {
  return (
    <Table
      label="Requests"
      columns={columns}
      rows={requests}
      rowKey={(request) => request.id}
      pendingRows={pendingRows}
      isStale={isStale}
    />
  );
}

const columns: readonly Column<UsageEvent>[] = [
  {
    id: 'request',
    header: 'Request',
    phone: 'title',
    cell: ({ id, method, path, refusalCode }) => (
      <RowTitle detail={refusalCode === null ? undefined : refusalText[refusalCode]}>
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
      <Status
        tone={status < 400 ? 'good' : status < 500 ? 'warn' : 'bad'}
        word={refusalCode === null ? String(status) : `${status} ${refusalCode}`}
      />
    ),
  },
  {
    id: 'latency',
    header: 'Took',
    widthPx: 110,
    align: 'end',
    leaves: 'below-720',
    cell: ({ latencyMs }) => msText(latencyMs),
  },
  {
    id: 'key',
    header: 'Key',
    widthPx: 140,
    leaves: 'below-720',
    phone: 'hidden',
    cell: ({ key }) => key?.name ?? '–',
  },
  {
    id: 'at',
    header: 'When',
    widthPx: 140,
    cell: ({ at }) => <RelativeTime at={at} />,
  },
];
