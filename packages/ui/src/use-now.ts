import { useSyncExternalStore } from 'react';

const stepMs = 30_000;

/** The present moment in milliseconds, renewed every half minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / stepMs) * stepMs);
}

function subscribe(onChange: () => void): () => void {
  const timer = setInterval(onChange, stepMs);
  return () => clearInterval(timer);
}
