import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconAlertCircle, IconPlus, IconUsers } from '@tabler/icons-react';
import { userSorts } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { ColumnChooser } from '@apigate/ui/column-chooser';
import { Empty } from '@apigate/ui/empty';
import { Notice } from '@apigate/ui/notice';
import { PageHeader } from '@apigate/ui/page-header';
import { CreateUserDialog } from '../../features/users/create-user-dialog.tsx';
import { BulkBar } from '../../features/users/bulk-bar.tsx';
import { columnsText, shownColumns, userColumns } from '../../features/users/user-columns.tsx';
import { UserFilters } from '../../features/users/user-filters.tsx';
import { usersInCode } from '../../features/users/users-in-code.ts';
import { UsersFileMenu } from '../../features/users/users-file-menu.tsx';
import { addressText, readAddressText } from '../../features/users/users-address.ts';
import { usersQuery } from '../../features/users/users-query.ts';
import { isFiltered, type UsersSearch } from '../../features/users/users-search.ts';
import { UsersTable } from '../../features/users/users-table.tsx';
import { ViewsPopover } from '../../features/views/views-popover.tsx';
import { fieldErrors } from '../../lib/error-text.ts';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import { mayCreateUsers } from '../../lib/permissions.ts';
import { queryClient } from '../../lib/trpc.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

const route = getRouteApi('/console/users');

export function UsersScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const [isCreating, setIsCreating] = useState(false);
  const users = useInfiniteQuery(usersQuery(search));
  const filterFault = fieldErrors(users.error)['filter'];
  const columns = shownColumns(search.columns);
  // What was selected of one list means nothing in another.
  const [selection, setSelection] = useState<{
    of: UsersSearch;
    users: ReadonlySet<string> | null;
  }>({
    of: search,
    users: new Set(),
  });
  const selected = selection.of === search ? selection.users : new Set<string>();
  const select = (chosen: ReadonlySet<string> | null) =>
    setSelection({ of: search, users: chosen });
  const show = (next: { [Name in keyof UsersSearch]?: UsersSearch[Name] | undefined }) => {
    const nextSearch = withoutUndefined<UsersSearch>(next);
    // Asked before the page follows its address, which takes as long as the answer.
    void queryClient.prefetchInfiniteQuery(usersQuery(nextSearch));
    void navigate({ search: nextSearch, replace: true });
  };
  const addUser = mayCreateUsers(me) && (
    <Button kind="primary" icon={<IconPlus aria-hidden />} onClick={() => setIsCreating(true)}>
      Add user
    </Button>
  );

  return (
    <Page title="Users">
      <PageHeader
        title="Users"
        actions={
          <>
            <CodePopover about="The list below, with its filters." samples={usersInCode(search)} />
            <UsersFileMenu search={search} />
            {addUser}
          </>
        }
      />
      <UserFilters
        search={search}
        filterFault={filterFault}
        onChange={show}
        end={
          <>
            <ViewsPopover
              list="users"
              search={addressText(search)}
              onApply={(view) => show(readAddressText(view))}
            />
            <ColumnChooser
              columns={userColumns}
              shown={columns}
              onChange={(shown) => show({ ...search, columns: columnsText(shown) })}
            />
          </>
        }
      />
      {filterFault === undefined ? (
        <PagedList
          query={users}
          noun="users"
          empty={<NoUsers isFiltered={isFiltered(search)} addUser={addUser} />}
        >
          {(rows) => (
            <UsersTable
              users={rows}
              isStale={users.isPlaceholderData}
              columns={columns}
              sorting={{
                by: search.sort ?? 'created_at',
                order: search.order ?? 'desc',
                onChange: (by, order) =>
                  show({ ...search, sort: userSorts.find((name) => name === by), order }),
              }}
              selection={{
                keys: selected ?? new Set(rows?.map(({ id }) => id)),
                onChange: select,
              }}
            />
          )}
        </PagedList>
      ) : (
        <Notice tone="bad" icon={<IconAlertCircle aria-hidden />}>
          The usage filter cannot be read: {filterFault}.
        </Notice>
      )}
      <BulkBar
        selected={selected}
        search={search}
        onSelectAll={() => select(null)}
        onClear={() => select(new Set())}
      />
      {isCreating && (
        <CreateUserDialog
          onClose={() => setIsCreating(false)}
          onCreated={(user) => void navigate({ to: '/console/users/$id', params: { id: user.id } })}
        />
      )}
    </Page>
  );
}

function NoUsers({ isFiltered, addUser }: { isFiltered: boolean; addUser: React.ReactNode }) {
  return isFiltered ? (
    <Empty icon={<IconUsers aria-hidden />} title="No user fits these filters">
      Search looks at e-mail addresses, names, usernames and external ids. Remove a filter to see
      more.
    </Empty>
  ) : (
    <Empty
      icon={<IconUsers aria-hidden />}
      title="No users yet"
      action={addUser}
      command="apigate users create --email jane@example.com"
    >
      Users are the people and companies that call your API. Each has a plan, keys and usage of its
      own.
    </Empty>
  );
}
