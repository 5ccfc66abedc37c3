import { useSyncExternalStore } from 'react';
import { onSessionEnd } from '../../lib/session.ts';

/*
 * The key that calls are tried with. It lives in the memory of this page alone: a reload or a sign-out forgets it.
 */
let secret = '';
const listeners = new Set<() => void>();

export function setTryKey(next: string): void {
  secret = next.trim();
  for (const listener of listeners) listener();
}

onSessionEnd(() => setTryKey(''));

export function useTryKey(): string {
  return useSyncExternalStore(subscribe, () => secret);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
