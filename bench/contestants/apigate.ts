import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { keepModules, nodeArgs } from '@apigate/local';
import { routePaths, type Database, type RouteName } from '../database.ts';
import { pinned } from '../placement.ts';
import { serve } from '../programs.ts';
import { freePort, waitUntilReady } from '../ready.ts';
import { keyHeader, neutralHeader, type Contestant } from './contestant.ts';

const main =
  process.env['APIGATE_BENCH_PROXY'] ??
  path.resolve(import.meta.dirname, '../../apps/proxy/src/main.ts');

/** How a proxy of ours is to be started. */
export interface Variant {
  /** Which route it is asked for, and what it is called on the command line. */
  route: RouteName;
  name: string;
  does: string;
  /** Another way to the database than the straight one. */
  databaseUrl?: string;
  /** Worker threads; then it may use all processors. Otherwise it is one thread on one processor. */
  threads?: number | null;
}

export const everything: Pick<Variant, 'name' | 'does'> = {
  name: 'apigate, everything on',
  does: 'all duties and more: quotas, limits told to the client, usage that survives a crash, rollups',
};
export const open: Pick<Variant, 'name' | 'does'> = {
  name: 'apigate, a route without keys',
  does: 'forwards; guard, routing and a usage record remain, because they belong to every request',
};

/** Starts the proxy as it is in production, with a folder of its own. */
export async function startApigate(
  { dir, keysFile, database }: { dir: string; keysFile: string; database: Database },
  { route, name, does, databaseUrl = database.url, threads = null }: Variant,
): Promise<Contestant & { pid: number; port: number } & AsyncDisposable> {
  const port = await freePort();
  const own = path.join(dir, `apigate-${route}`);
  mkdirSync(own);
  const role = threads === null ? 'contestant' : 'anywhere';
  const service = await serve(pinned(role, [process.execPath, ...nodeArgs.proxy, main]), {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    APIGATE_PROXY_PORT: String(port),
    APIGATE_KEY_PEPPER: database.pepper,
    APIGATE_ENCRYPTION_KEY: database.encryptionKey,
    APIGATE_LOG_LEVEL: 'warn',
    APIGATE_DATA_DIR: own,
    // As `apigate serve` has it.
    ...(await keepModules('proxy', own)),
    APIGATE_PROXY_THREADS: String(threads ?? 1),
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/_apigate/readyz`);
  return {
    ...service,
    id: route,
    name,
    does,
    url: `${url}${routePaths[route]}/items`,
    port,
    keysFile,
    keyHeader: route === 'open' ? neutralHeader : keyHeader,
    accounts: {
      read: async (expected) => {
        const { events, rolledUp } = await database.countedOn(route, expected);
        return { recorded: events, counted: rolledUp };
      },
    },
  };
}
