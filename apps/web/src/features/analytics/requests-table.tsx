import { Link } from '@tanstack/react-router';
import type { UsageEvent } from '@apigate/contract';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { msText } from '../../lib/measure-text.ts';
import { RequestLink } from '../../lib/request-link.tsx';
import { ClockTime } from './clock-time.tsx';
import { statusTone } from './status-tone.ts';

export interface RequestsTableProps {
  /** Undefined while they are on their way. */
  requests: readonly UsageEvent[] | undefined;
}

/** Requests, newest first; each opens to how it was decided. */
export function RequestsTable({ requests }: RequestsTableProps) {
  return (
    <Table
      label="Requests"
      columns={columns}
      rows={requests}
      rowKey={({ id }) => id}
      pendingRows={12}
    />
  );
}

const columns: readonly Column<UsageEvent>[] = [
  {
    id: 'at',
    header: 'Time',
    widthPx: 92,
    cell: ({ at }) => <ClockTime at={at} />,
  },
  {
    id: 'request',
    header: 'Request',
    phone: 'title',
    cell: ({ id, method, path, user }) => (
      <RowTitle
        detail={
          user && (
            <Link to="/console/users/$id" params={{ id: user.id }}>
              {user.email}
            </Link>
          )
        }
      >
        <RequestLink id={id}>
          <code>{`${method} ${path}`}</code>
        </RequestLink>
      </RowTitle>
    ),
  },
  {
    id: 'answer',
    header: 'Answer',
    widthPx: 200,
    cell: ({ status, refusalCode }) => (
      <Status tone={statusTone(status)} word={`${status} ${refusalCode ?? ''}`} />
    ),
  },
  {
    id: 'route',
    header: 'Route',
    widthPx: 140,
    phone: 'hidden',
    leaves: 'below-960',
    cell: ({ route }) => route?.name ?? '–',
  },
  {
    id: 'latency',
    header: 'Took',
    widthPx: 92,
    align: 'end',
    leaves: 'below-720',
    cell: ({ latencyMs }) => msText(latencyMs),
  },
];
