import { useEffect, useId, useRef, type ReactNode } from 'react';
import { IconMenu2, IconX } from '@tabler/icons-react';
import { IconButton } from './icon-button.tsx';
import { SkipLink } from './skip-link.tsx';
import styles from './rail-frame.module.css';

export interface RailFrameProps {
  brand: ReactNode;
  /** The links of the rail: a list for each group of them. */
  nav: ReactNode;
  /** The end of the bar: theme, account. */
  account: ReactNode;
  /** Changes with the page, so that the drawer of a phone closes behind it. */
  path: string;
  children: ReactNode;
}

/** The dense frame: a bar above, a rail of links at the side, which on a phone is a drawer. */
export function RailFrame({ brand, nav, account, path, children }: RailFrameProps) {
  const navId = useId();
  const navRef = useRef<HTMLElement>(null);
  useEffect(() => {
    if (navRef.current?.matches(':popover-open')) navRef.current.hidePopover();
  }, [path]);

  return (
    <div className={styles.frame}>
      <SkipLink />
      <header className={styles.bar}>
        <span className={styles.menu}>
          <IconButton label="Menu" icon={<IconMenu2 aria-hidden />} popoverTarget={navId} />
        </span>
        {brand}
        <div className={styles.account}>{account}</div>
      </header>
      <nav ref={navRef} id={navId} popover="auto" className={styles.rail} aria-label="Main">
        <span className={styles.close}>
          <IconButton
            label="Close menu"
            icon={<IconX aria-hidden />}
            popoverTarget={navId}
            popoverTargetAction="hide"
          />
        </span>
        {nav}
      </nav>
      <main id="content" tabIndex={-1} className={styles.main}>
        {children}
      </main>
    </div>
  );
}
