import { useEffect } from 'react';

/**
 * When the element that has the focus is taken from the page (a row that was revoked, a button that has done its work),
 * the focus goes to the nearest part of the page around it that can have it, instead of to the very start.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let path: HTMLElement[] = [];
    function remember(event: FocusEvent): void {
      path = event.composedPath().filter((node) => node instanceof HTMLElement);
    }
    const observer = new MutationObserver(() => {
      const [focused] = path;
      if (!focused || focused.isConnected || document.activeElement !== document.body) return;
      const home = path.find((element) => element.isConnected && element.hasAttribute('tabindex'));
      home?.focus({ preventScroll: true });
    });

    document.addEventListener('focusin', remember);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', remember);
      observer.disconnect();
    };
  }, []);
}
