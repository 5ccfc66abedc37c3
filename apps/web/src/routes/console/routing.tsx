import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus, IconRoute, IconServer } from '@tabler/icons-react';
import type { Route, Upstream } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { Panel } from '@apigate/ui/panel';
import { RouteDialog } from '../../features/routing/route-dialog.tsx';
import { RouteTester } from '../../features/routing/route-tester.tsx';
import { RoutesTable } from '../../features/routing/routes-table.tsx';
import { type RoutingSearch, testedRequestOf } from '../../features/routing/routing-search.ts';
import { routingInCode } from '../../features/routing/routing-in-code.ts';
import { routesQuery, upstreamsQuery } from '../../features/routing/routing-query.ts';
import { UpstreamDialog } from '../../features/routing/upstream-dialog.tsx';
import { UpstreamsTable } from '../../features/routing/upstreams-table.tsx';
import { Page } from '../../lib/page.tsx';
import { ProblemReport } from '../../lib/problem-report.tsx';

const route = getRouteApi('/console/routes');

export function RoutingScreen() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const routes = useQuery(routesQuery);
  const upstreams = useQuery(upstreamsQuery);
  const knownUpstreams = upstreams.data?.data ?? [];
  const tested = testedRequestOf(search);
  const open = (thing: Pick<RoutingSearch, 'route' | 'upstream'>): void =>
    void navigate({ search: { ...tested, ...thing }, replace: true, resetScroll: false });
  const close = (): void => open({});
  const newRoute = (
    <Button kind="primary" icon={<IconPlus aria-hidden />} onClick={() => open({ route: 'new' })}>
      New route
    </Button>
  );
  const newUpstream = (
    <Button icon={<IconPlus aria-hidden />} onClick={() => open({ upstream: 'new' })}>
      New upstream
    </Button>
  );
  const hasUpstreams = knownUpstreams.length > 0;
  return (
    <Page title="Routes">
      <PageHeader
        title="Routes"
        about="Which requests go to which API behind the proxy, and what they need."
        actions={
          <>
            <CodePopover
              about="The test below, the lists, and a new route."
              samples={routingInCode(tested)}
            />
            {(hasUpstreams || upstreams.isPending) && newRoute}
          </>
        }
      />
      <RouteTester
        search={tested}
        onTest={(asked) => void navigate({ search: asked, replace: true, resetScroll: false })}
      />
      <Panel title="Routes" frame="none">
        {routes.error && !routes.data ? (
          <ProblemReport error={routes.error} onRetry={() => void routes.refetch()} />
        ) : routes.data?.data.length === 0 ? (
          <Empty
            icon={<IconRoute aria-hidden />}
            title="No route yet"
            action={hasUpstreams ? newRoute : newUpstream}
            command="apigate routes create --name orders --path '/orders/*' --upstream orders"
          >
            A route says which requests go to which upstream. Without one the proxy answers 404.
          </Empty>
        ) : (
          <RoutesTable routes={routes.data?.data} onEdit={(id) => open({ route: id })} />
        )}
      </Panel>
      {/* Nobody knows how many routes there are, so what stands below them comes with them. */}
      {!routes.isPending && (
        <Panel title="Upstreams" frame="none" aside={newUpstream}>
          {upstreams.error && !upstreams.data ? (
            <ProblemReport error={upstreams.error} onRetry={() => void upstreams.refetch()} />
          ) : upstreams.data?.data.length === 0 ? (
            <Empty
              icon={<IconServer aria-hidden />}
              title="No upstream yet"
              command="apigate upstreams create --name orders --url https://orders.internal.example"
            >
              An upstream is an API behind the proxy. Name yours, then lead routes to it.
            </Empty>
          ) : (
            <UpstreamsTable
              upstreams={upstreams.data?.data}
              routes={routes.data?.data ?? []}
              onEdit={(id) => open({ upstream: id })}
            />
          )}
        </Panel>
      )}
      {search.route !== undefined && routes.data && upstreams.data && (
        <OpenRoute
          key={search.route}
          id={search.route}
          routes={routes.data.data}
          upstreams={knownUpstreams}
          onClose={close}
        />
      )}
      {search.upstream !== undefined && upstreams.data && (
        <OpenUpstream
          key={search.upstream}
          id={search.upstream}
          upstreams={knownUpstreams}
          onClose={close}
        />
      )}
    </Page>
  );
}

interface OpenProps {
  /** Of the thing in the address, or `new`. */
  id: string;
  upstreams: readonly Upstream[];
  onClose: () => void;
}

function OpenRoute({ id, routes, upstreams, onClose }: OpenProps & { routes: readonly Route[] }) {
  const [opened] = useState(() => routes.find((each) => each.id === id));
  // A route leads somewhere, so an upstream comes first.
  if (id === 'new' && upstreams.length === 0) return <UpstreamDialog onClose={onClose} />;
  if (id !== 'new' && opened === undefined) return <Gone noun="route" onClose={onClose} />;
  return <RouteDialog {...(opened && { route: opened })} upstreams={upstreams} onClose={onClose} />;
}

function OpenUpstream({ id, upstreams, onClose }: OpenProps) {
  const [opened] = useState(() => upstreams.find((each) => each.id === id));
  if (id !== 'new' && opened === undefined) return <Gone noun="upstream" onClose={onClose} />;
  return <UpstreamDialog {...(opened && { upstream: opened })} onClose={onClose} />;
}

function Gone({ noun, onClose }: { noun: string; onClose: () => void }) {
  return (
    <Dialog title={`No such ${noun}`} onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
        }}
        actions={
          <Button type="submit" kind="primary">
            Close
          </Button>
        }
      >
        <p>The {noun} in this address was deleted, or never was. The list has those that are.</p>
      </DialogBody>
    </Dialog>
  );
}
