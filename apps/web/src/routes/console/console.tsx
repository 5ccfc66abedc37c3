import { Outlet, useLocation } from '@tanstack/react-router';
import { IconUsers } from '@tabler/icons-react';
import { RailFrame } from '@apigate/ui/rail-frame';
import { ThemeToggle } from '@apigate/ui/theme-toggle';
import { UserMenu } from '../../features/auth/user-menu.tsx';
import { Brand } from '../../lib/brand.tsx';
import { NavLink } from '../../lib/nav-link.ts';

/** The frame of the console. */
export function ConsoleScreen() {
  const path = useLocation({ select: (location) => location.pathname });
  return (
    <RailFrame
      path={path}
      brand={<Brand part="Console" />}
      nav={
        <ul>
          <li>
            <NavLink to="/console/users" icon={<IconUsers aria-hidden />}>
              Users
            </NavLink>
          </li>
        </ul>
      }
      account={
        <>
          <ThemeToggle />
          <UserMenu part="console" />
        </>
      }
    >
      <Outlet />
    </RailFrame>
  );
}
