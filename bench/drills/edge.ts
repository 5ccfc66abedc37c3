import { randomBytes } from 'node:crypto';
import path from 'node:path';
import {
  execute,
  fillDrillDatabase,
  makeDrillDatabase,
  type DrillRoute,
} from './drill-database.ts';
import { ProxyProcess, type ProxyProcessOptions } from './proxy-process.ts';

/** How a proxy of an edge is started; the rest is given. */
type EdgeProxyOptions = Partial<Omit<ProxyProcessOptions, 'logFile'>> & {
  threads?: number;
  port?: number;
};

/** A database with routes and keys, and room for proxies on it; no api. */
export interface Edge extends AsyncDisposable {
  dir: string;
  /** Secrets of keys, one of each of several users. */
  keys: readonly string[];
  startProxy: (options?: EdgeProxyOptions) => Promise<ProxyProcess>;
  query: <Row extends object>(sql: string) => Promise<Row[]>;
}

/** Makes an edge. @param requestsPerMinute of each user; null when unlimited */
export async function startEdge(
  routes: readonly DrillRoute[],
  requestsPerMinute: number | null = null,
): Promise<Edge> {
  const { dir, url } = await makeDrillDatabase();
  const proxies = new AsyncDisposableStack();
  const pepper = randomBytes(32).toString('base64url');
  const encryptionKey = randomBytes(32).toString('base64url');
  const limits = { rateLimitPerMinute: requestsPerMinute, requestsPerMonth: null };
  const keys = await fillDrillDatabase(url, pepper, routes, limits);
  let started = 0;
  return {
    dir,
    keys,
    async startProxy({ threads = 1, port = 0, variables, ...options } = {}) {
      started += 1;
      const proxy = await ProxyProcess.start({
        ...options,
        logFile: path.join(dir, `proxy-${started}.log`),
        variables: {
          DATABASE_URL: url,
          APIGATE_DATA_DIR: path.join(dir, `data-${started}`),
          APIGATE_PROXY_PORT: String(port),
          APIGATE_PROXY_THREADS: String(threads),
          APIGATE_KEY_PEPPER: pepper,
          APIGATE_ENCRYPTION_KEY: encryptionKey,
          ...variables,
        },
      });
      return proxies.use(proxy);
    },
    query: (sql) => execute(url, sql),
    [Symbol.asyncDispose]: () => proxies.disposeAsync(),
  };
}
