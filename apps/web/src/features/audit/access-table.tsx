import { Link } from '@tanstack/react-router';
import type { AccessRecord } from '@apigate/contract';
import { CopyButton } from '@apigate/ui/copy-button';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { statusTone } from '../../lib/status-tone.ts';

export interface AccessTableProps {
  /** Undefined while they are on their way. */
  records: readonly AccessRecord[] | undefined;
  isStale: boolean;
}

export function AccessTable({ records, isStale }: AccessTableProps) {
  return (
    <Table
      label="Requests to the control plane"
      columns={columns}
      rows={records}
      rowKey={(record) => record.id}
      isStale={isStale}
      pendingRows={12}
    />
  );
}

const columns: readonly Column<AccessRecord>[] = [
  {
    id: 'call',
    header: 'Request',
    phone: 'title',
    cell: ({ method, endpoint, query }) => (
      <RowTitle detail={`${method} ${endpoint}`}>
        <code>{query ?? endpoint}</code>
      </RowTitle>
    ),
  },
  {
    id: 'status',
    header: 'Answer',
    widthPx: 104,
    cell: ({ statusCode }) => <Status tone={statusTone(statusCode)} word={String(statusCode)} />,
  },
  {
    id: 'took',
    header: 'Took',
    widthPx: 96,
    align: 'end',
    leaves: 'below-720',
    cell: ({ responseTime }) => `${numberText(responseTime)} ms`,
  },
  {
    id: 'user',
    header: 'By',
    widthPx: 200,
    cell: ({ userId, userEmail, serviceKey }) =>
      userId === null ? (
        (serviceKey?.name ?? '–')
      ) : (
        <Link to="/console/users/$id" params={{ id: userId }} preload={false}>
          {userEmail}
        </Link>
      ),
  },
  {
    id: 'ip',
    header: 'From',
    widthPx: 140,
    phone: 'hidden',
    leaves: 'below-960',
    cell: ({ ip }) => ip ?? '–',
  },
  {
    id: 'at',
    header: 'When',
    widthPx: 140,
    cell: ({ timestamp }) => <RelativeTime at={timestamp} />,
  },
  {
    id: 'request',
    header: 'Request id',
    widthPx: 56,
    align: 'end',
    phone: 'actions',
    cell: ({ requestId }) => <CopyButton kind="icon" text={requestId} label="Copy request id" />,
  },
];
