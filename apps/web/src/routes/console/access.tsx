import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft, IconListDetails } from '@tabler/icons-react';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { accessInCode } from '../../features/audit/access-in-code.ts';
import { accessQuery } from '../../features/audit/access-query.ts';
import type { AccessSearch } from '../../features/audit/access-search.ts';
import { AccessTable } from '../../features/audit/access-table.tsx';
import { PersonFilter } from '../../lib/person-filter.tsx';
import { errorCodeOf } from '../../lib/error-text.ts';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import styles from '../back.module.css';
import { NoSuchPerson } from './no-such-person.tsx';

const route = getRouteApi('/console/audit/access');

export function AccessScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="Access records">
      <Link to="/console/audit" className={styles.back}>
        <IconArrowLeft aria-hidden size="1rem" /> Audit
      </Link>
      <PageHeader
        title="Access records"
        about="Every request to the control plane, reading included. Calls of your API are not among them."
        actions={<CodePopover about="The requests below." samples={accessInCode(search)} />}
      />
      <PersonFilter
        key={search.user}
        label="Requests of a user"
        user={search.user}
        onChange={(user) =>
          void navigate({ search: user === undefined ? {} : { user }, replace: true })
        }
      />
      <Records search={search} />
    </Page>
  );
}

function Records({ search }: { search: AccessSearch }) {
  const records = useInfiniteQuery(accessQuery(search));
  if (search.user !== undefined && errorCodeOf(records.error) === 'not_found')
    return <NoSuchPerson name={search.user} />;
  return (
    <PagedList
      query={records}
      noun="requests"
      empty={
        <Empty
          icon={<IconListDetails aria-hidden />}
          title="No request yet"
          command="apigate audit access"
        >
          Requests appear here a few seconds after they were answered.
        </Empty>
      }
    >
      {(rows) => <AccessTable records={rows} isStale={records.isPlaceholderData} />}
    </PagedList>
  );
}
