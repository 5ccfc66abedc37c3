import { lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { ThemeToggle } from '@apigate/ui/theme-toggle';
import { TopFrame } from '@apigate/ui/top-frame';
import { PendingBanner } from '../../features/auth/pending-banner.tsx';
import { UserMenu } from '../../features/auth/user-menu.tsx';
import { QuotaBanner } from '../../features/usage/quota-banner.tsx';
import { BrandLinks } from '../../lib/brand-links.tsx';
import { Brand } from '../../lib/brand.tsx';
import { NavLink } from '../../lib/nav-link.ts';
import { PaletteHost } from '../../lib/palette-host.tsx';

const PortalPalette = lazyRouteComponent(() => import('./portal-palette.tsx'), 'PortalPalette');

/** The frame of the portal. */
export function PortalScreen() {
  return (
    <TopFrame
      brand={<Brand />}
      foot={<BrandLinks />}
      nav={
        <ul>
          <li>
            <NavLink to="/portal" activeOptions={{ exact: true }}>
              Home
            </NavLink>
          </li>
          <li>
            <NavLink to="/portal/keys">Keys</NavLink>
          </li>
          <li>
            <NavLink to="/portal/usage">Usage</NavLink>
          </li>
          <li>
            <NavLink to="/portal/requests">Requests</NavLink>
          </li>
          <li>
            <NavLink to="/portal/plan">Plan</NavLink>
          </li>
          <li>
            <NavLink to="/portal/reference">Reference</NavLink>
          </li>
        </ul>
      }
      account={
        <>
          <PaletteHost palette={PortalPalette} />
          <ThemeToggle />
          <UserMenu part="portal" />
        </>
      }
    >
      <PendingBanner />
      <QuotaBanner />
      <Outlet />
    </TopFrame>
  );
}
