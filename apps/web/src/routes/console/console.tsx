import { lazyRouteComponent, Outlet, useLocation } from '@tanstack/react-router';
import {
  IconBook,
  IconChartBar,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconMail,
  IconRoute,
  IconSettings,
  IconTag,
  IconUserPlus,
  IconUsers,
} from '@tabler/icons-react';
import { RailFrame } from '@apigate/ui/rail-frame';
import { ThemeToggle } from '@apigate/ui/theme-toggle';
import { UserMenu } from '../../features/auth/user-menu.tsx';
import { Brand } from '../../lib/brand.tsx';
import { useMe } from '../../lib/me.ts';
import { NavLink } from '../../lib/nav-link.ts';
import { PaletteHost } from '../../lib/palette-host.tsx';
import { mayRunInstallation } from '../../lib/permissions.ts';

const ConsolePalette = lazyRouteComponent(() => import('./console-palette.tsx'), 'ConsolePalette');

/** The frame of the console. */
export function ConsoleScreen() {
  const mayRun = mayRunInstallation(useMe());
  const path = useLocation({ select: (location) => location.pathname });
  return (
    <RailFrame
      path={path}
      brand={<Brand part="Console" />}
      nav={
        <>
          <ul>
            <li>
              <NavLink
                to="/console"
                activeOptions={{ exact: true, includeSearch: false }}
                icon={<IconLayoutDashboard aria-hidden />}
              >
                Overview
              </NavLink>
            </li>
            <li>
              <NavLink to="/console/analytics" icon={<IconChartBar aria-hidden />}>
                Analytics
              </NavLink>
            </li>
          </ul>
          <ul>
            <li>
              <NavLink to="/console/users" icon={<IconUsers aria-hidden />}>
                Users
              </NavLink>
            </li>
            <li>
              <NavLink to="/console/keys" icon={<IconKey aria-hidden />}>
                Keys
              </NavLink>
            </li>
            <li>
              <NavLink to="/console/plans" icon={<IconTag aria-hidden />}>
                Plans
              </NavLink>
            </li>
            {mayRun && (
              <li>
                <NavLink to="/console/invites" icon={<IconUserPlus aria-hidden />}>
                  Invites
                </NavLink>
              </li>
            )}
          </ul>
          {mayRun && (
            <>
              <ul>
                <li>
                  <NavLink to="/console/routes" icon={<IconRoute aria-hidden />}>
                    Routes
                  </NavLink>
                </li>
                <li>
                  <NavLink to="/console/reference" icon={<IconBook aria-hidden />}>
                    API reference
                  </NavLink>
                </li>
              </ul>
              <ul>
                <li>
                  <NavLink to="/console/mails" icon={<IconMail aria-hidden />}>
                    Mail outbox
                  </NavLink>
                </li>
                <li>
                  <NavLink to="/console/audit" icon={<IconHistory aria-hidden />}>
                    Audit
                  </NavLink>
                </li>
                <li>
                  <NavLink to="/console/settings" icon={<IconSettings aria-hidden />}>
                    Settings
                  </NavLink>
                </li>
              </ul>
            </>
          )}
        </>
      }
      account={
        <>
          <PaletteHost palette={ConsolePalette} />
          <ThemeToggle />
          <UserMenu part="console" />
        </>
      }
    >
      <Outlet />
    </RailFrame>
  );
}
