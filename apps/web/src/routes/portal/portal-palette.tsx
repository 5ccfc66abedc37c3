import { useRouter } from '@tanstack/react-router';
import { IconArrowsExchange } from '@tabler/icons-react';
import type { PaletteAction } from '../../features/search/palette-action.ts';
import { SearchPalette } from '../../features/search/search-palette.tsx';
import { useMe } from '../../lib/me.ts';
import type { HostedPaletteProps } from '../../lib/palette-host.tsx';
import { mayEnterConsole } from '../../lib/permissions.ts';
import type { Recent } from '../../lib/recent.ts';
import { useAccountActions } from '../account-actions.tsx';

/** The palette of the portal: one's own pages, keys and requests. */
export function PortalPalette({ isOpen, onClose }: HostedPaletteProps) {
  const me = useMe();
  const router = useRouter();
  const account = useAccountActions();
  const openConsole: PaletteAction = {
    label: 'Open console',
    icon: <IconArrowsExchange aria-hidden />,
    run: () => void router.navigate({ to: '/console' }),
  };
  if (!isOpen) return null;
  return (
    <SearchPalette
      actions={mayEnterConsole(me) ? [...account, openConsole] : account}
      verbs={[]}
      hrefOf={hrefOf}
      onClose={onClose}
    />
  );
}

function hrefOf({ kind, id }: Recent): string | undefined {
  if (kind === 'key') return `/portal/keys#${id}`;
  return kind === 'request' ? `/portal/requests/${id}` : undefined;
}
