import { once } from 'node:events';
import type { Server } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ProxyBounds } from './config.ts';

const lookEveryMs = 25;
const sweepEveryMs = 100;
const quietMs = 250;

/** Whether several listeners can have one port, and the system deals out connections among them. */
export const canSharePort = ['linux', 'freebsd', 'sunos', 'aix'].includes(process.platform);

/**
 * Stops listening, lets what runs come to its end, and closes every connection. Patiently, it goes on listening first:
 * every answer says by now that it is the last on its connection, so that clients come again, and find whoever else
 * listens on the port. Closing a listener resets what has connected and was not accepted yet, hence it waits until nobody
 * comes any more.
 */
export async function drainServer(
  server: Server,
  bounds: Pick<ProxyBounds, 'drainIdleMs' | 'drainAcceptMs' | 'drainTimeoutMs'>,
  isPatient: boolean,
): Promise<void> {
  if (!server.listening) return;
  if (isPatient) await untilNobodyComes(server, bounds);
  const closed = once(server, 'close');
  // What the system had accepted for us was taken in the turn that ends here.
  await nextTurn();
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), sweepEveryMs);
  const deadline = setTimeout(() => server.closeAllConnections(), bounds.drainTimeoutMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

async function untilNobodyComes(
  server: Server,
  { drainIdleMs, drainAcceptMs }: Pick<ProxyBounds, 'drainIdleMs' | 'drainAcceptMs'>,
): Promise<void> {
  const countConnections = promisify(server.getConnections.bind(server));
  const startedAtMs = performance.now();
  let cameAtMs = startedAtMs;
  const onConnection = (): void => {
    cameAtMs = performance.now();
  };
  server.on('connection', onConnection);
  for (;;) {
    await sleep(lookEveryMs);
    const nowMs = performance.now();
    const isQuiet = nowMs - cameAtMs >= quietMs;
    if (nowMs - startedAtMs >= drainAcceptMs) break;
    if (isQuiet && nowMs - startedAtMs >= drainIdleMs) break;
    if (isQuiet && (await countConnections()) === 0) break;
  }
  server.off('connection', onConnection);
}
