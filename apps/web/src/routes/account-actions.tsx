import { useRouter } from '@tanstack/react-router';
import { IconLogout, IconMoon, IconShieldLock, IconSun, IconUserCircle } from '@tabler/icons-react';
import { chooseTheme, currentTheme } from '@apigate/ui/theme-toggle';
import { useSignOut } from '../features/auth/use-sign-out.ts';
import type { PaletteAction } from '../features/search/palette-action.ts';

/** What everybody can do with their account and this browser. */
export function useAccountActions(): readonly PaletteAction[] {
  const router = useRouter();
  const signOut = useSignOut();
  const nextTheme = currentTheme() === 'dark' ? 'light' : 'dark';
  return [
    {
      label: 'My profile',
      words: 'account name',
      icon: <IconUserCircle aria-hidden />,
      run: () => void router.navigate({ to: '/portal/profile' }),
    },
    {
      label: 'My security',
      words: 'password second factor sessions',
      icon: <IconShieldLock aria-hidden />,
      run: () => void router.navigate({ to: '/portal/security' }),
    },
    {
      label: `Use ${nextTheme} theme`,
      words: 'mode appearance',
      icon: nextTheme === 'dark' ? <IconMoon aria-hidden /> : <IconSun aria-hidden />,
      run: () => chooseTheme(nextTheme),
    },
    {
      label: 'Sign out',
      words: 'log out leave',
      icon: <IconLogout aria-hidden />,
      run: () => signOut.mutate({}),
    },
  ];
}
