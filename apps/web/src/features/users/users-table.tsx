import { Link } from '@tanstack/react-router';
import type { User } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { UserActions } from './user-actions.tsx';
import { UserStatusMark } from './user-status-mark.tsx';
import { userRoleText } from './user-words.ts';

export interface UsersTableProps {
  /** Undefined while they are on their way. */
  users: readonly User[] | undefined;
  isStale: boolean;
}

export function UsersTable({ users, isStale }: UsersTableProps) {
  return (
    <Table
      label="Users"
      columns={columns}
      rows={users}
      rowKey={(user) => user.id}
      isStale={isStale}
      pendingRows={12}
    />
  );
}

const columns: readonly Column<User>[] = [
  {
    id: 'user',
    header: 'User',
    phone: 'title',
    cell: (user) => (
      <RowTitle detail={user.name}>
        <Link to="/console/users/$id" params={{ id: user.id }} data-opens-row>
          {user.email}
        </Link>
      </RowTitle>
    ),
  },
  { id: 'status', header: 'Status', widthPx: 136, cell: (user) => <UserStatusMark user={user} /> },
  { id: 'plan', header: 'Plan', widthPx: 140, cell: (user) => user.plan.name },
  {
    id: 'role',
    header: 'Role',
    widthPx: 116,
    phone: 'hidden',
    leaves: 'below-720',
    cell: (user) => userRoleText[user.role],
  },
  {
    id: 'signedIn',
    header: 'Last sign-in',
    widthPx: 140,
    cell: (user) => (user.lastLoginAt ? <RelativeTime at={user.lastLoginAt} /> : 'Never'),
  },
  {
    id: 'created',
    header: 'Created',
    widthPx: 140,
    phone: 'hidden',
    leaves: 'below-960',
    cell: (user) => <RelativeTime at={user.createdAt} />,
  },
  {
    id: 'actions',
    header: 'Actions',
    widthPx: 56,
    align: 'end',
    phone: 'actions',
    cell: (user) => <UserActions user={user} look="menu" />,
  },
];
