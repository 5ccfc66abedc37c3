import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus, IconRoute, IconServer } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { Panel } from '@apigate/ui/panel';
import { RouteDialog } from '../../features/routing/route-dialog.tsx';
import { RouteTester } from '../../features/routing/route-tester.tsx';
import { RoutesTable } from '../../features/routing/routes-table.tsx';
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
  const [making, setMaking] = useState<'route' | 'upstream'>();
  const knownUpstreams = upstreams.data?.data ?? [];
  const newRoute = (
    <Button kind="primary" icon={<IconPlus aria-hidden />} onClick={() => setMaking('route')}>
      New route
    </Button>
  );
  const newUpstream = (
    <Button icon={<IconPlus aria-hidden />} onClick={() => setMaking('upstream')}>
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
              samples={routingInCode(search)}
            />
            {hasUpstreams && newRoute}
          </>
        }
      />
      <RouteTester
        search={search}
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
          <RoutesTable routes={routes.data?.data} upstreams={knownUpstreams} />
        )}
      </Panel>
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
          <UpstreamsTable upstreams={upstreams.data?.data} routes={routes.data?.data ?? []} />
        )}
      </Panel>
      {making === 'route' && (
        <RouteDialog upstreams={knownUpstreams} onClose={() => setMaking(undefined)} />
      )}
      {making === 'upstream' && <UpstreamDialog onClose={() => setMaking(undefined)} />}
    </Page>
  );
}
