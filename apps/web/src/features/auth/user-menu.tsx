import { lazy, Suspense, useState } from 'react';
import { Link } from '@tanstack/react-router';
import {
  IconArrowsExchange,
  IconChevronDown,
  IconKeyboard,
  IconLogout,
  IconShieldLock,
  IconUser,
} from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem, menuItemClassName } from '@apigate/ui/menu-item';
import { useShortcut } from '@apigate/ui/use-shortcut';
import { useMe } from '../../lib/me.ts';
import { mayEnterConsole } from '../../lib/permissions.ts';
import { useSignOut } from './use-sign-out.ts';
import styles from './user-menu.module.css';

const ShortcutsDialog = lazy(() =>
  import('@apigate/ui/shortcuts-dialog').then((module) => ({ default: module.ShortcutsDialog })),
);

export interface UserMenuProps {
  /** Which face this is; the menu leads to the other one. */
  part: 'console' | 'portal';
}

/** Who is signed in, and the way out. */
export function UserMenu({ part }: UserMenuProps) {
  const me = useMe();
  const signOut = useSignOut();
  const [showsShortcuts, setShowsShortcuts] = useState(false);
  useShortcut('?', () => setShowsShortcuts(true));
  return (
    <>
      <Menu
        label="Account"
        trigger={(props) => (
          <Button
            kind="quiet"
            className={styles.trigger}
            aria-label={`Account ${me.name ?? me.email}`}
            {...props}
          >
            <span
              className={styles.initial}
              data-initial={(me.name ?? me.email).slice(0, 1).toUpperCase()}
            />
            <span className={styles.email}>{me.name ?? me.email}</span>
            <IconChevronDown aria-hidden />
          </Button>
        )}
      >
        <div className={styles.who} role="presentation">
          <strong>{me.email}</strong>
          <span>{roleText[me.role]}</span>
        </div>
        <hr />
        {part === 'portal' && mayEnterConsole(me) && (
          <Link to="/console/users" role="menuitem" tabIndex={-1} className={menuItemClassName()}>
            <IconArrowsExchange aria-hidden />
            <span>Open console</span>
          </Link>
        )}
        {part === 'console' && (
          <Link to="/portal" role="menuitem" tabIndex={-1} className={menuItemClassName()}>
            <IconArrowsExchange aria-hidden />
            <span>Open portal</span>
          </Link>
        )}
        <Link to="/portal/profile" role="menuitem" tabIndex={-1} className={menuItemClassName()}>
          <IconUser aria-hidden />
          <span>Profile</span>
        </Link>
        <Link to="/portal/security" role="menuitem" tabIndex={-1} className={menuItemClassName()}>
          <IconShieldLock aria-hidden />
          <span>Security</span>
        </Link>
        <MenuItem icon={<IconKeyboard aria-hidden />} onClick={() => setShowsShortcuts(true)}>
          Keyboard shortcuts
        </MenuItem>
        <hr />
        <MenuItem icon={<IconLogout aria-hidden />} onClick={() => signOut.mutate({})}>
          Sign out
        </MenuItem>
      </Menu>
      {showsShortcuts && (
        <Suspense>
          <ShortcutsDialog onClose={() => setShowsShortcuts(false)} />
        </Suspense>
      )}
    </>
  );
}

const roleText = { customer: 'Customer', moderator: 'Moderator', admin: 'Admin' } as const;
