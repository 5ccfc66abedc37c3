import type { ReactNode } from 'react';
import { ThemeToggle } from '@apigate/ui/theme-toggle';
import { BrandLinks } from './brand-links.tsx';
import { Brand } from './brand.tsx';
import { focusOnArrival } from './focus-on-arrival.ts';
import { OfflineNotice } from './offline-notice.tsx';
import { useBrand } from './use-brand.ts';
import styles from './entrance-page.module.css';

export interface EntrancePageProps {
  title: string;
  /** A sentence or two on what this page is for. */
  about?: ReactNode;
  children?: ReactNode;
  /** Links to where else one may have wanted to go. */
  foot?: ReactNode;
}

/**
 * A page for people who are not signed in: one card. Its title takes the focus when it appears or changes, so that a
 * step that follows another is read; a field inside may take it from there.
 */
export function EntrancePage({ title, about, children, foot }: EntrancePageProps) {
  return (
    <div className={styles.page} data-density="roomy">
      <title>{`${title} · ${useBrand().name}`}</title>
      <div className={styles.theme}>
        <ThemeToggle />
      </div>
      <main className={styles.main}>
        <Brand />
        <div className={styles.card}>
          <div className={styles.words}>
            <h1 key={title} ref={focusOnArrival} tabIndex={-1}>
              {title}
            </h1>
            {about && <p>{about}</p>}
          </div>
          <OfflineNotice />
          {children}
        </div>
        {foot && <div className={styles.foot}>{foot}</div>}
      </main>
      <BrandLinks />
    </div>
  );
}
