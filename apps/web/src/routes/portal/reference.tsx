import { useMemo } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconBook } from '@tabler/icons-react';
import type { ApiReference } from '@apigate/contract';
import { buttonClassName } from '@apigate/ui/button';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { OperationList } from '../../features/reference/operation-list.tsx';
import { OperationView } from '../../features/reference/operation-view.tsx';
import { referenceQuery } from '../../features/reference/reference-query.ts';
import type { ReferenceSearch } from '../../features/reference/reference-search.ts';
import { RichText } from '../../features/reference/rich-text.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { mayRunInstallation } from '../../lib/permissions.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import styles from './reference.module.css';

const route = getRouteApi('/portal/reference');

export function ReferenceScreen() {
  return (
    <Page title="Reference">
      <QueryBoundary pending={<Skeleton heightPx={640} />}>
        <Reference />
      </QueryBoundary>
    </Page>
  );
}

function Reference() {
  const { reference } = useSuspenseQuery(referenceQuery).data;
  return reference === null ? <NoReference /> : <Operations reference={reference} />;
}

function Operations({ reference }: { reference: ApiReference }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: instance } = useSuspenseQuery(trpc.auth.instance.queryOptions());
  const schemas = useMemo(
    () => new Map(reference.schemas.map(({ name, schema }) => [name, schema])),
    [reference],
  );
  const operation =
    reference.operations.find(({ id }) => id === search.op) ?? reference.operations[0];
  return (
    <>
      <PageHeader
        title={reference.title}
        meta={<span className={styles.version}>{reference.version}</span>}
        about={
          search.op === undefined &&
          reference.description && <RichText text={reference.description} />
        }
      />
      <div className={styles.columns}>
        <OperationList
          reference={reference}
          search={search}
          shownId={operation?.id}
          onSearch={(words) =>
            void navigate({
              search: (before) =>
                withoutUndefined<ReferenceSearch>({
                  ...before,
                  q: words === '' ? undefined : words,
                }),
              replace: true,
            })
          }
        />
        {operation && (
          <OperationView
            key={operation.id}
            reference={reference}
            operation={operation}
            schemas={schemas}
            instance={instance}
          />
        )}
      </div>
    </>
  );
}

function NoReference() {
  const me = useMe();
  return (
    <>
      <PageHeader title="Reference" />
      <Empty
        icon={<IconBook aria-hidden />}
        title="No reference yet"
        action={
          mayRunInstallation(me) && (
            <Link to="/console/reference" className={buttonClassName('primary')}>
              Give an OpenAPI document
            </Link>
          )
        }
      >
        Every operation of the API stands here, with code and a way to try it, once the people who
        run it have given its OpenAPI document.
      </Empty>
    </>
  );
}
