import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { settingsInCode } from '../../features/settings/settings-in-code.ts';
import { SettingsList } from '../../features/settings/settings-list.tsx';
import { Page } from '../../lib/page.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import styles from './settings.module.css';

export function SettingsScreen() {
  return (
    <Page title="Settings">
      <div className={styles.page}>
        <PageHeader
          title="Settings"
          about="How this installation behaves. A change is in force at once, on every proxy within a second."
          actions={<CodePopover about="Any setting, by its name." samples={settingsInCode()} />}
        />
        <QueryBoundary pending={<Pending />}>
          <SettingsList />
        </QueryBoundary>
      </div>
    </Page>
  );
}

function Pending() {
  return [140, 240, 240, 320].map((heightPx, at) => <Skeleton key={at} heightPx={heightPx} />);
}
