import type { ReactNode } from 'react';
import { OfflineNotice } from './offline-notice.tsx';
import { useBrand } from './use-brand.ts';
import styles from './page.module.css';

export interface PageProps {
  /** For the tab of the browser. */
  title: string;
  children: ReactNode;
}

/** A page inside a frame: its parts below each other. */
export function Page({ title, children }: PageProps) {
  return (
    <div className={styles.page}>
      <title>{`${title} · ${useBrand().name}`}</title>
      <OfflineNotice />
      {children}
    </div>
  );
}
