import { useSuspenseQuery } from '@tanstack/react-query';
import { Panel } from '@apigate/ui/panel';
import { trpc } from '../../lib/trpc.ts';
import { BrandPreview } from './brand-preview.tsx';
import { SettingRow } from './setting-row.tsx';
import { settingGroups } from './setting-words.ts';
import styles from './settings-list.module.css';

/** Every setting, under what it is about. */
export function SettingsList() {
  const { data: settings } = useSuspenseQuery(trpc.settings.list.queryOptions());
  return settingGroups(settings.data).map((group) => (
    <Panel key={group.title} title={group.title}>
      {group.settings.some(({ name }) => name === 'brand.accent') && <BrandPreview />}
      <div className={styles.rows}>
        {group.settings.map((setting) => (
          <SettingRow key={setting.name} setting={setting} />
        ))}
      </div>
    </Panel>
  ));
}
