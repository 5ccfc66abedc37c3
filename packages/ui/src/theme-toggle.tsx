import { useSyncExternalStore } from 'react';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { IconButton } from './icon-button.tsx';

const storageKey = 'apigate.theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

type Theme = 'light' | 'dark';

/**
 * Changes between light and dark and remembers it. What was chosen is applied before the first paint by a script of its
 * own (`theme.js` of the web app), which reads the same key.
 */
export function ThemeToggle() {
  const theme = useSyncExternalStore(subscribe, currentTheme);
  const next = theme === 'dark' ? 'light' : 'dark';
  return (
    <IconButton
      label={`Use ${next} theme`}
      icon={theme === 'dark' ? <IconSun aria-hidden /> : <IconMoon aria-hidden />}
      onClick={() => chooseTheme(next)}
    />
  );
}

/** What is in force: what was chosen, else what the system prefers. */
export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return systemIsDark.matches ? 'dark' : 'light';
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  localStorage.setItem(storageKey, theme);
}

function subscribe(onChange: () => void): () => void {
  function followOtherTab(event: StorageEvent): void {
    if (event.key !== storageKey) return;
    if (event.newValue === 'light' || event.newValue === 'dark')
      document.documentElement.dataset['theme'] = event.newValue;
  }
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  systemIsDark.addEventListener('change', onChange);
  addEventListener('storage', followOtherTab);
  return () => {
    observer.disconnect();
    systemIsDark.removeEventListener('change', onChange);
    removeEventListener('storage', followOtherTab);
  };
}
