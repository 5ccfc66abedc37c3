import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { CreateUserDialog } from '../../features/users/create-user-dialog.tsx';
import { UserFilters } from '../../features/users/user-filters.tsx';
import { usersInCode } from '../../features/users/users-in-code.ts';
import { usersQuery } from '../../features/users/users-query.ts';
import type { UsersSearch } from '../../features/users/users-search.ts';
import { UsersTable } from '../../features/users/users-table.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { mayCreateUsers } from '../../lib/permissions.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';

const route = getRouteApi('/console/users');

export function UsersScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const [isCreating, setIsCreating] = useState(false);
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
            {addUser}
          </>
        }
      />
      <UserFilters
        search={search}
        onChange={(change) =>
          void navigate({
            search: (before) => withoutUndefined({ ...before, ...change }),
            replace: true,
          })
        }
      />
      <UsersList search={search} addUser={addUser} />
      {isCreating && (
        <CreateUserDialog
          onClose={() => setIsCreating(false)}
          onCreated={(user) => void navigate({ to: '/console/users/$id', params: { id: user.id } })}
        />
      )}
    </Page>
  );
}

function UsersList({ search, addUser }: { search: UsersSearch; addUser: React.ReactNode }) {
  // Not a suspense query: while a new search is on its way, the rows of the one before stay.
  const users = useInfiniteQuery(usersQuery(search));
  const rows = users.data?.pages.flatMap((page) => page.data);
  if (users.error && !rows)
    return <ProblemReport error={users.error} onRetry={() => void users.refetch()} />;
  if (rows?.length === 0)
    return <NoUsers isFiltered={Object.keys(search).length > 0} addUser={addUser} />;
  return (
    <>
      <UsersTable users={rows} isStale={users.isPlaceholderData} />
      {users.hasNextPage && (
        <div>
          <Button busy={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}>
            Show more users
          </Button>
        </div>
      )}
      {users.isFetchNextPageError && <ProblemReport error={users.error} />}
    </>
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

function withoutUndefined(search: Readonly<Record<string, unknown>>): UsersSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}
