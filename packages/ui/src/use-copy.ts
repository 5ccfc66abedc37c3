import { useEffect, useState } from 'react';

/** Copies a text; `isCopied` holds for two seconds after. */
export function useCopy(): { isCopied: boolean; copy: (text: string) => void } {
  const [copiedAtMs, setCopiedAtMs] = useState<number>();
  useEffect(() => {
    if (copiedAtMs === undefined) return;
    const timer = setTimeout(() => setCopiedAtMs(undefined), 2000);
    return () => clearTimeout(timer);
  }, [copiedAtMs]);

  async function write(text: string): Promise<void> {
    if (window.isSecureContext) await navigator.clipboard.writeText(text);
    else copyBySelection(text);
    setCopiedAtMs(performance.now());
  }
  return { isCopied: copiedAtMs !== undefined, copy: (text) => void write(text) };
}

/** The clipboard API exists on https and localhost only; a gateway in a home network is often neither. */
function copyBySelection(text: string): void {
  const origin = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  (origin?.parentElement ?? document.body).append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  if (origin instanceof HTMLElement) origin.focus();
}
