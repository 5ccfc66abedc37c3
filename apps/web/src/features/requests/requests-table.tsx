import { Link } from '@tanstack/react-router';
import type { UsageEvent } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { msText } from '../../lib/measure-text.ts';
import { RequestLink } from '../../lib/request-link.tsx';
import { ClockTime } from './clock-time.tsx';
import { refusalText } from './refusal-text.ts';
import { RequestAnswer } from './request-answer.tsx';

export interface RequestsTableProps {
  /** Whose requests they are, which decides what is told of each. */
  of: 'everybody' | 'user' | 'caller';
  /** Undefined while they are on their way. */
  requests: readonly UsageEvent[] | undefined;
  isStale?: boolean;
  pendingRows?: number;
}

/** Requests, newest first; each opens to how it was decided. */
export function RequestsTable({
  of,
  requests,
  isStale = false,
  pendingRows = 8,
}: RequestsTableProps) {
  return (
    <Table
      label="Requests"
      columns={columns[of]}
      rows={requests}
      rowKey={({ id }) => id}
      pendingRows={pendingRows}
      isStale={isStale}
    />
  );
}

/** @param detail what stands below the request */
function requestColumn(detail: Column<UsageEvent>['cell']): Column<UsageEvent> {
  return {
    id: 'request',
    header: 'Request',
    phone: 'title',
    cell: (request) => (
      <RowTitle detail={detail(request)}>
        <RequestLink id={request.id}>
          <code>{`${request.method} ${request.path}`}</code>
        </RequestLink>
      </RowTitle>
    ),
  };
}

const answer: Column<UsageEvent> = {
  id: 'answer',
  header: 'Answer',
  widthPx: 212,
  cell: (request) => <RequestAnswer request={request} />,
};

const took: Column<UsageEvent> = {
  id: 'took',
  header: 'Took',
  widthPx: 104,
  align: 'end',
  leaves: 'below-720',
  cell: ({ latencyMs }) => msText(latencyMs),
};

const when: Column<UsageEvent> = {
  id: 'at',
  header: 'When',
  widthPx: 140,
  cell: ({ at }) => <RelativeTime at={at} />,
};

const columns: Record<RequestsTableProps['of'], readonly Column<UsageEvent>[]> = {
  everybody: [
    { id: 'at', header: 'Time', widthPx: 92, cell: ({ at }) => <ClockTime at={at} /> },
    requestColumn(
      ({ user }) =>
        user && (
          <Link to="/console/users/$id" params={{ id: user.id }}>
            {user.email}
          </Link>
        ),
    ),
    answer,
    {
      id: 'route',
      header: 'Route',
      widthPx: 140,
      phone: 'hidden',
      leaves: 'below-960',
      cell: ({ route }) => route?.name ?? '–',
    },
    took,
  ],
  user: [requestColumn(({ key }) => key?.name), answer, took, when],
  caller: [
    requestColumn(({ refusalCode }) => refusalCode && refusalText[refusalCode]),
    answer,
    took,
    {
      id: 'key',
      header: 'Key',
      widthPx: 168,
      leaves: 'below-720',
      phone: 'hidden',
      cell: ({ key }) => key?.name ?? '–',
    },
    when,
  ],
};
