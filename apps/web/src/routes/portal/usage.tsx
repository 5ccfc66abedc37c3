import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { buttonClassName } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { Segmented } from '@apigate/ui/segmented';
import { Skeleton } from '@apigate/ui/skeleton';
import { AlertsPanel } from '../../features/usage/alerts-panel.tsx';
import { QuotaPanel } from '../../features/usage/quota-panel.tsx';
import { UsageByKey } from '../../features/usage/usage-by-key.tsx';
import { UsageByRoute } from '../../features/usage/usage-by-route.tsx';
import { UsageCharts } from '../../features/usage/usage-charts.tsx';
import { usageInCode } from '../../features/usage/usage-in-code.ts';
import { askedRange, defaultRange, rangeOptions } from '../../features/usage/usage-range.ts';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import styles from './usage.module.css';

const route = getRouteApi('/portal/usage');

export function UsageScreen() {
  const me = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [nowMs] = useState(() => Date.now());
  const range = askedRange(search, nowMs);
  const isZoomed = search.from !== undefined;
  return (
    <Page title="Usage">
      <PageHeader
        title="Usage"
        about="What your keys have asked of the API, by the counts that the limits go by."
        actions={<CodePopover about="The usage below." samples={usageInCode(range)} />}
      />
      <div className={styles.top}>
        <QueryBoundary pending={<Skeleton heightPx={240} />}>
          <QuotaPanel
            planName={me.plan.name}
            actions={
              <Link to="/portal/plan" className={buttonClassName()}>
                See plans
              </Link>
            }
          />
        </QueryBoundary>
        <AlertsPanel />
      </div>
      <div>
        <Segmented
          label="Range"
          options={rangeOptions}
          value={isZoomed ? '' : (search.range ?? defaultRange)}
          onChange={(chosen) =>
            void navigate({
              search: chosen === '' || chosen === defaultRange ? {} : { range: chosen },
              replace: true,
            })
          }
        />
      </div>
      <UsageCharts
        user={me.id}
        range={range}
        onZoom={({ fromMs, toMs }) =>
          void navigate({
            search: (before) => ({
              ...before,
              from: new Date(fromMs).toISOString(),
              to: new Date(toMs).toISOString(),
            }),
          })
        }
        onZoomOut={
          isZoomed
            ? () =>
                void navigate({ search: ({ range: before }) => (before ? { range: before } : {}) })
            : undefined
        }
      />
      <UsageByRoute user={me.id} range={range} />
      <UsageByKey user={me.id} />
    </Page>
  );
}
