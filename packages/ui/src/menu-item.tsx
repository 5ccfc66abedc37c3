import type { ComponentProps, ReactNode } from 'react';
import { IconCheck } from '@tabler/icons-react';
import { classNames } from './class-names.ts';
import styles from './menu-item.module.css';

export interface MenuItemProps extends Omit<ComponentProps<'button'>, 'type' | 'role'> {
  icon?: ReactNode;
  /** Set, the item is one of a group of which one holds. */
  checked?: boolean;
  kind?: 'danger';
}

export function MenuItem({ icon, checked, kind, children, ...rest }: MenuItemProps) {
  return (
    <button
      {...rest}
      type="button"
      tabIndex={-1}
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked={checked}
      className={menuItemClassName(kind)}
    >
      {icon}
      <span>{children}</span>
      {checked && <IconCheck aria-hidden className={styles.check} />}
    </button>
  );
}

/** The look of a menu item, for a link in a menu. */
export function menuItemClassName(kind?: MenuItemProps['kind']): string {
  return classNames(styles.item, kind && styles[kind]);
}
