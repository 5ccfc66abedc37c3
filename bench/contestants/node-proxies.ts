import path from 'node:path';
import { pinned } from '../placement.ts';
import { serve } from '../programs.ts';
import { freePort, waitUntilAnswers } from '../ready.ts';
import { neutralHeader, type Contestant } from './contestant.ts';
import type { Given } from './nginx.ts';

const program = path.join(import.meta.dirname, '../peers/proxies.mjs');

/** Of the four they were far from the fastest whenever this was measured. */
const slowest: readonly string[] = ['http-proxy-3', '@fastify/http-proxy'];

export const nodeProxies = ['http-proxy-3', 'httpxy', 'fast-proxy', '@fastify/http-proxy'] as const;

/** Starts a generic proxy of Node, bare. */
export async function startNodeProxy(
  name: (typeof nodeProxies)[number],
  { upstreamPort, keysFile }: Given,
): Promise<Contestant & AsyncDisposable> {
  const port = await freePort();
  const service = await serve(
    pinned('contestant', [
      process.execPath,
      program,
      name,
      String(port),
      `http://127.0.0.1:${upstreamPort}`,
    ]),
    { NODE_ENV: 'production' },
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntilAnswers(url);
  return {
    ...service,
    id: name,
    name: `${name}, bare`,
    does: 'passes everything on; no duty but 5 and 7',
    url: `${url}/v1/items`,
    keysFile,
    keyHeader: neutralHeader,
    isAside: slowest.includes(name),
    accounts: null,
  };
}
