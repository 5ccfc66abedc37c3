import type { ComponentProps, ReactNode } from 'react';
import styles from './nav-link.module.css';

export interface NavLinkProps extends ComponentProps<'a'> {
  icon?: ReactNode;
}

/** A link of a frame; the page it leads to is marked by `aria-current`. */
export function NavLink({ icon, children, ...rest }: NavLinkProps) {
  return (
    <a {...rest} className={styles.link}>
      {icon}
      {children}
    </a>
  );
}
