import type { User } from '@apigate/contract';
import type { Sorting } from '@apigate/ui/sort-button';
import { Table } from '@apigate/ui/table';
import type { RowSelection } from '@apigate/ui/row-selector';
import { columnsShowing } from './user-columns.tsx';

export interface UsersTableProps {
  /** Undefined while they are on their way. */
  users: readonly User[] | undefined;
  isStale: boolean;
  /** Ids of the columns to show. */
  columns: readonly string[];
  sorting: Sorting;
  selection: Omit<RowSelection<User>, 'nameOf'>;
}

export function UsersTable({ users, isStale, columns, sorting, selection }: UsersTableProps) {
  return (
    <Table
      label="Users"
      columns={columnsShowing(columns)}
      rows={users}
      rowKey={(user) => user.id}
      isStale={isStale}
      pendingRows={12}
      sorting={sorting}
      selection={{ ...selection, nameOf: (user) => user.email }}
    />
  );
}
