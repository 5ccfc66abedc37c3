import type { User } from '@apigate/contract';
import type { Sorting } from '@apigate/ui/sort-button';
import { Table } from '@apigate/ui/table';
import { columnsShowing } from './user-columns.tsx';

export interface UsersTableProps {
  /** Undefined while they are on their way. */
  users: readonly User[] | undefined;
  isStale: boolean;
  /** Ids of the columns to show. */
  columns: readonly string[];
  sorting: Sorting;
}

export function UsersTable({ users, isStale, columns, sorting }: UsersTableProps) {
  return (
    <Table
      label="Users"
      columns={columnsShowing(columns)}
      rows={users}
      rowKey={(user) => user.id}
      isStale={isStale}
      pendingRows={12}
      sorting={sorting}
    />
  );
}
