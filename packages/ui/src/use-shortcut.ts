import { useEffect, useEffectEvent } from 'react';

/** Runs `action` on a single key pressed anywhere but in a field, a menu or a dialog. */
export function useShortcut(key: string, action: () => void): void {
  const run = useEffectEvent(action);
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
      if (
        event.defaultPrevented ||
        document.querySelector('dialog[open], [popover]:popover-open:not(nav)')
      )
        return;
      if (
        event.target instanceof Element &&
        event.target.closest('input, textarea, select, [contenteditable]')
      )
        return;
      event.preventDefault();
      run();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [key]);
}
