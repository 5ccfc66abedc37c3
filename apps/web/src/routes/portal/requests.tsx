import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconDownload, IconListDetails } from '@tabler/icons-react';
import { Button, buttonClassName } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { exportPath } from '../../features/requests/export-path.ts';
import { useLiveRequests } from '../../features/requests/live-requests.ts';
import { LiveStatus } from '../../features/requests/live-status.tsx';
import { RequestFilters } from '../../features/requests/request-filters.tsx';
import { ownRequestsInCode } from '../../features/requests/requests-in-code.ts';
import { filterOf, type RequestsSearch } from '../../features/requests/requests-search.ts';
import { RequestsTable } from '../../features/requests/requests-table.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import { startDownload } from '../../lib/start-download.ts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

const route = getRouteApi('/portal/requests');

export function RequestsScreen() {
  const me = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // Staff would see everybody's requests without the user.
  const filter = { user: me.id, ...filterOf(search) };
  const [isPaused, setIsPaused] = useState(false);
  const { list, line, hasGap } = useLiveRequests(filter, 50, !isPaused);
  const save = useMutation({ mutationFn: startDownload, onError: toastProblem });
  const show = (change: {
    [Name in keyof RequestsSearch]?: RequestsSearch[Name] | undefined;
  }): void =>
    void navigate({
      search: (before) => withoutUndefined<RequestsSearch>({ ...before, ...change }),
      replace: true,
    });
  return (
    <Page title="Requests">
      <PageHeader
        title="Requests"
        about="What your keys sent, a second after it was answered. Each opens to how it was decided."
        actions={
          <>
            <CodePopover about="The requests below." samples={ownRequestsInCode(search)} />
            <Button
              icon={<IconDownload aria-hidden />}
              busy={save.isPending}
              onClick={() => save.mutate(exportPath('/v1', 'csv', filterOf(search)))}
            >
              Export CSV
            </Button>
          </>
        }
      />
      <RequestFilters
        search={search}
        onChange={show}
        end={<LiveStatus line={line} hasGap={hasGap} isPaused={isPaused} onPause={setIsPaused} />}
      />
      <PagedList
        query={list}
        noun="requests"
        empty={<NoRequests isFiltered={Object.keys(search).length > 0} />}
      >
        {(rows) => <RequestsTable of="caller" requests={rows} isStale={list.isPlaceholderData} />}
      </PagedList>
    </Page>
  );
}

function NoRequests({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty icon={<IconListDetails aria-hidden />} title="No request fits these filters">
        Remove a filter to see more.
      </Empty>
    );
  }
  return (
    <Empty
      icon={<IconListDetails aria-hidden />}
      title="No request yet"
      action={
        <Link to="/portal" className={buttonClassName('primary')}>
          Make your first call
        </Link>
      }
    >
      Every request with one of your keys stands here, and each refused one with its reason.
    </Empty>
  );
}
