import { createTRPCClient, httpLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '@apigate/api/router';

const client = createTRPCClient<AppRouter>({
  links: [httpLink({ url: '/trpc', transformer: superjson })],
});

const refreshedAtKey = 'apigate.refreshedAt';
let running: Promise<void> | undefined;

/**
 * Renews the session by its cookie: once for all calls of this tab, and one tab after the other. Fails as the call to
 * the server does.
 */
export function refreshSession(): Promise<void> {
  running ??= inTurn(refreshUnlessFresh).finally(() => {
    running = undefined;
  });
  return running;
}

/** Web Locks exist on https and localhost only; elsewhere the server's grace for concurrent tabs has to do. */
function inTurn(task: (askedAtMs: number) => Promise<void>): Promise<void> {
  const askedAtMs = Date.now();
  return window.isSecureContext
    ? navigator.locks.request('apigate.refresh', () => task(askedAtMs))
    : task(askedAtMs);
}

async function refreshUnlessFresh(askedAtMs: number): Promise<void> {
  if (Number(localStorage.getItem(refreshedAtKey)) > askedAtMs) return;
  await client.auth.refresh.mutate({});
  localStorage.setItem(refreshedAtKey, String(Date.now()));
}
