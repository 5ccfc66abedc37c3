import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconKey } from '@tabler/icons-react';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { allKeysInCode } from '../../features/keys/all-keys-in-code.ts';
import { KeyFilters } from '../../features/keys/key-filters.tsx';
import { allKeysQuery } from '../../features/keys/keys-query.ts';
import { isFiltered, type KeysSearch } from '../../features/keys/keys-search.ts';
import { KeysTable } from '../../features/keys/keys-table.tsx';
import { errorCodeOf } from '../../lib/error-text.ts';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { NoSuchPerson } from './no-such-person.tsx';

const route = getRouteApi('/console/keys');

export function KeysScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="Keys">
      <PageHeader
        title="Keys"
        about="Every key of every user. Secrets are shown once, when they are made, and never here."
        actions={
          <CodePopover about="The list below, with its filters." samples={allKeysInCode(search)} />
        }
      />
      <KeyFilters
        search={search}
        onChange={(change) =>
          void navigate({
            search: (before) => withoutUndefined<KeysSearch>({ ...before, ...change }),
            replace: true,
          })
        }
      />
      <KeysList search={search} />
    </Page>
  );
}

function KeysList({ search }: { search: KeysSearch }) {
  const keys = useInfiniteQuery(allKeysQuery(search));
  if (search.user !== undefined && errorCodeOf(keys.error) === 'not_found')
    return <NoSuchPerson name={search.user} />;
  return (
    <PagedList query={keys} noun="keys" empty={<NoKeys isNarrowed={isFiltered(search)} />}>
      {(rows) => (
        <KeysTable
          keys={rows}
          isConsole
          showsOwners
          isStale={keys.isPlaceholderData}
          pendingRows={12}
        />
      )}
    </PagedList>
  );
}

function NoKeys({ isNarrowed }: { isNarrowed: boolean }) {
  return isNarrowed ? (
    <Empty icon={<IconKey aria-hidden />} title="No key fits these filters">
      Search looks at names and at both ends of a key. To find one that you hold in your hand, press
      Ctrl+K and paste the whole of it.
    </Empty>
  ) : (
    <Empty
      icon={<IconKey aria-hidden />}
      title="No keys yet"
      command="apigate keys create --user jane@example.com --name production"
    >
      Customers create theirs in the portal. A key is what their programs show to the API.
    </Empty>
  );
}
