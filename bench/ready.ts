import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const readyTimeoutMs = 30_000;
const pauseMs = 20;

/** Waits until an address answers with 200. @throws Error when it does not in 30 s */
export function waitUntilReady(url: string): Promise<void> {
  return waitUntil(url, ({ ok }) => ok);
}

/** Waits until an address answers with whatever. @throws Error when it does not in 30 s */
export function waitUntilAnswers(url: string): Promise<void> {
  return waitUntil(url, () => true);
}

async function waitUntil(url: string, isGood: (response: Response) => boolean): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  while (performance.now() < deadline) {
    const isReady = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return isGood(response);
      },
      () => false,
    );
    if (isReady) return;
    await sleep(pauseMs);
  }
  throw new Error(`${url} was not ready in time`);
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('no port is free');
}
