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
import { PagedList } from '../../lib/paged-list.tsx';
import { mayCreateUsers } from '../../lib/permissions.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

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
            search: (before) => withoutUndefined<UsersSearch>({ ...before, ...change }),
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
  const users = useInfiniteQuery(usersQuery(search));
  return (
    <PagedList
      query={users}
      noun="users"
      empty={<NoUsers isFiltered={Object.keys(search).length > 0} addUser={addUser} />}
    >
      {(rows) => <UsersTable users={rows} isStale={users.isPlaceholderData} />}
    </PagedList>
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
