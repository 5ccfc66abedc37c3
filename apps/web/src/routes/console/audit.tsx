import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconListDetails, IconShieldCheck } from '@tabler/icons-react';
import { Button, buttonClassName } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { AuditEventDialog } from '../../features/audit/audit-event-dialog.tsx';
import { AuditFilters } from '../../features/audit/audit-filters.tsx';
import { auditInCode } from '../../features/audit/audit-in-code.ts';
import { auditQuery } from '../../features/audit/audit-query.ts';
import type { AuditSearch } from '../../features/audit/audit-search.ts';
import { AuditTable } from '../../features/audit/audit-table.tsx';
import { chainQuery } from '../../features/audit/chain-query.ts';
import { ChainVerdict } from '../../features/audit/chain-verdict.tsx';
import { errorCodeOf } from '../../lib/error-text.ts';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { NoSuchPerson } from './no-such-person.tsx';

const route = getRouteApi('/console/audit');

export function AuditScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const chain = useQuery(chainQuery);
  const change = (part: { [Name in keyof AuditSearch]?: AuditSearch[Name] | undefined }): void =>
    void navigate({
      search: (before) => withoutUndefined<AuditSearch>({ ...before, ...part }),
      replace: true,
      resetScroll: false,
    });

  return (
    <Page title="Audit">
      <PageHeader
        title="Audit"
        about="Who did what, and from where; chained against changes."
        actions={
          <>
            <CodePopover
              about="The events below, a file of them, and the check."
              samples={auditInCode(search)}
            />
            <Link to="/console/audit/access" className={buttonClassName()}>
              <IconListDetails aria-hidden /> Access records
            </Link>
            <Button
              icon={<IconShieldCheck aria-hidden />}
              busy={chain.isFetching}
              onClick={() => void chain.refetch()}
            >
              Verify chain
            </Button>
          </>
        }
      />
      <ChainVerdict />
      <AuditFilters search={search} onChange={change} />
      <Events search={search} onOpen={(event) => change({ event })} />
      {search.event !== undefined && (
        <AuditEventDialog
          key={search.event}
          event={search.event}
          onClose={() => change({ event: undefined })}
        />
      )}
    </Page>
  );
}

interface EventsProps {
  search: AuditSearch;
  onOpen: (event: string) => void;
}

function Events({ search, onOpen }: EventsProps) {
  const events = useInfiniteQuery(auditQuery(search));
  if (search.user !== undefined && errorCodeOf(events.error) === 'not_found')
    return <NoSuchPerson name={search.user} />;
  return (
    <PagedList
      query={events}
      noun="events"
      empty={
        <Empty icon={<IconShieldCheck aria-hidden />} title="No event fits these filters">
          The log starts with the first sign-in and keeps everything. Remove a filter to see more.
        </Empty>
      }
    >
      {(rows) => <AuditTable events={rows} isStale={events.isPlaceholderData} onOpen={onOpen} />}
    </PagedList>
  );
}
