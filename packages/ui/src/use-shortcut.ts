import { useEffect, useEffectEvent } from 'react';
import { singleKeysAreOn } from './single-keys.ts';

/**
 * Runs `action` on a single key pressed anywhere but in a field, a menu or a dialog, unless such keys are switched off.
 *
 * @param action gives `false` where the key means nothing right now, and the browser may have it.
 */
export function useShortcut(key: string, action: () => unknown): void {
  const run = useEffectEvent(action);
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
      if (
        event.defaultPrevented ||
        !singleKeysAreOn() ||
        document.querySelector('dialog[open], [popover]:popover-open:not(nav)')
      )
        return;
      if (
        event.target instanceof Element &&
        event.target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]')
      )
        return;
      if (run() !== false) event.preventDefault();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [key]);
}
