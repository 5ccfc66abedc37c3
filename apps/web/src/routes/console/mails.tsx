import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMailbox } from '@tabler/icons-react';
import type { Mail } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { KeptNotice } from '../../features/mails/kept-notice.tsx';
import { MailDialog } from '../../features/mails/mail-dialog.tsx';
import { MailFilters } from '../../features/mails/mail-filters.tsx';
import { mailsInCode } from '../../features/mails/mails-in-code.ts';
import { mailsQuery } from '../../features/mails/mails-query.ts';
import type { MailsSearch } from '../../features/mails/mails-search.ts';
import { MailsTable } from '../../features/mails/mails-table.tsx';
import { smtpCommand } from '../../features/mails/smtp-command.ts';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import { withoutUndefined } from '../../lib/without-undefined.ts';

const route = getRouteApi('/console/mails');

/** What has just been put on its way leaves within seconds, and the list follows. */
const askAgainAfterMs = 2000;

export function MailsScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: { [Name in keyof MailsSearch]?: MailsSearch[Name] | undefined }): void =>
    void navigate({
      search: (before) => withoutUndefined<MailsSearch>({ ...before, ...part }),
      replace: true,
      resetScroll: false,
    });

  return (
    <Page title="Mail outbox">
      <PageHeader
        title="Mail outbox"
        about="Every mail to users and admins, and what became of it."
        actions={
          <CodePopover about="The mails below, and one of them." samples={mailsInCode(search)} />
        }
      />
      <MailFilters search={search} onChange={change} />
      <Mails search={search} />
      {search.mail !== undefined && (
        <MailDialog
          key={search.mail}
          mail={search.mail}
          onClose={() => change({ mail: undefined })}
        />
      )}
    </Page>
  );
}

function Mails({ search }: { search: MailsSearch }) {
  const mails = useInfiniteQuery({
    ...mailsQuery(search),
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.data.some(isLeaving)) ? askAgainAfterMs : false,
  });
  // Not a table yet: whether a notice stands above it comes with the mails.
  if (mails.isPending) return <Skeleton heightPx={420} />;
  const isFiltered = search.status !== undefined || search.template !== undefined;
  // The newest mail tells whether there is a mail server now.
  const isKept = !isFiltered && mails.data?.pages[0]?.data[0]?.status === 'kept';
  return (
    <>
      {isKept && <KeptNotice />}
      <PagedList query={mails} noun="mails" empty={<NoMails isFiltered={isFiltered} />}>
        {(rows) => <MailsTable search={search} mails={rows} isStale={mails.isPlaceholderData} />}
      </PagedList>
    </>
  );
}

function isLeaving({ status, attempts }: Mail): boolean {
  return status === 'queued' && attempts === 0;
}

function NoMails({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty icon={<IconMailbox aria-hidden />} title="No mail fits these filters">
      Remove a filter to see more.
    </Empty>
  ) : (
    <Empty icon={<IconMailbox aria-hidden />} title="No mail yet" command={smtpCommand}>
      Here is every mail that verifies an address, sets a password or invites somebody. Without a
      mail server mails wait here with their links; this command names a server, and asks for its
      address.
    </Empty>
  );
}
