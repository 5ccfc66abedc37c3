import type { ComponentProps } from 'react';
import { IconSearch } from '@tabler/icons-react';
import styles from './palette-button.module.css';

const shortcut = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K';

/** What opens a `Palette`; reads as the field that it opens, and on a phone is an icon. */
export function PaletteButton({
  label,
  ...rest
}: { label: string } & Omit<ComponentProps<'button'>, 'children'>) {
  return (
    <button
      type="button"
      {...rest}
      className={styles.button}
      aria-label={label}
      aria-haspopup="dialog"
      aria-keyshortcuts="Meta+K Control+K"
    >
      <IconSearch aria-hidden size="1rem" />
      <span>{label}</span>
      <kbd aria-hidden data-keys={shortcut} />
    </button>
  );
}
