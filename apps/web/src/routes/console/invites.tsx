import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconMailPlus, IconUserPlus } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { FilterBar } from '@apigate/ui/filter-bar';
import { PageHeader } from '@apigate/ui/page-header';
import { InviteDialog } from '../../features/invites/invite-dialog.tsx';
import { invitesInCode } from '../../features/invites/invites-in-code.ts';
import { invitesQuery } from '../../features/invites/invites-query.ts';
import { InvitesTable } from '../../features/invites/invites-table.tsx';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import { SearchInput } from '../../lib/search-input.tsx';

const route = getRouteApi('/console/invites');

export function InvitesScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const invites = useInfiniteQuery(invitesQuery(search));
  const find = (q: string): void =>
    void navigate({ search: q === '' ? {} : { q }, replace: true, resetScroll: false });
  const [isInviting, setIsInviting] = useState(false);
  const invite = (
    <Button kind="primary" icon={<IconUserPlus aria-hidden />} onClick={() => setIsInviting(true)}>
      Invite
    </Button>
  );
  return (
    <Page title="Invites">
      <PageHeader
        title="Invites"
        about="Who was asked to help run this API and has not accepted yet."
        actions={
          <>
            <CodePopover about="The invitations, and a new one." samples={invitesInCode(search)} />
            {invite}
          </>
        }
      />
      <FilterBar onClear={search.q === undefined ? undefined : () => find('')}>
        <SearchInput
          label="Search invitations"
          title="Part of an e-mail address"
          value={search.q ?? ''}
          onChange={find}
        />
      </FilterBar>
      <PagedList
        query={invites}
        noun="invitations"
        empty={
          search.q === undefined ? (
            <Empty
              icon={<IconMailPlus aria-hidden />}
              title="Nobody is waiting"
              action={invite}
              command="apigate invites create --email mary@example.com --role moderator"
            >
              Moderators look after customers; admins may do everything. Invite them by mail, and
              they choose their own password. Customers sign up in the portal.
            </Empty>
          ) : (
            <Empty icon={<IconMailPlus aria-hidden />} title="No invitation fits">
              It may be accepted by now, or taken back; the audit log tells.
            </Empty>
          )
        }
      >
        {(rows) => <InvitesTable invites={rows} />}
      </PagedList>
      {isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}
    </Page>
  );
}
