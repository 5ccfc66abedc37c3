import { useSyncExternalStore } from 'react';

const storageKey = 'apigate.single-keys';
const listeners = new Set<() => void>();

/**
 * Whether keys without Ctrl or Alt do something. Who speaks to the computer, or hits keys by accident, switches them off
 * (WCAG 2.1.4); this browser remembers it.
 */
export function singleKeysAreOn(): boolean {
  return localStorage.getItem(storageKey) !== 'off';
}

export function switchSingleKeys(isOn: boolean): void {
  if (isOn) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, 'off');
  for (const listener of listeners) listener();
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, singleKeysAreOn);
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange);
  addEventListener('storage', onChange);
  return () => {
    listeners.delete(onChange);
    removeEventListener('storage', onChange);
  };
}
