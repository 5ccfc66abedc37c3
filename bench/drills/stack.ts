import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateDatabase } from '@apigate/domain';
import { freePort } from '../ready.ts';
import { startCountingUpstream, type CountingUpstream } from './counting-upstream.ts';
import {
  execute,
  fillDrillDatabase,
  makeDrillDatabase,
  type DrillDatabase,
} from './drill-database.ts';
import { Plane } from './plane.ts';
import { KillablePostgres } from './postgres.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What is otherwise than usual. */
export interface DrillStackOptions {
  /** How many proxies, each with a data folder of its own. */
  proxies?: number;
  /** For api and proxies. */
  variables?: Readonly<Record<string, string>>;
  /** How api and proxies reach the database, when not by its own address. */
  databaseUrlFor?: (databaseUrl: string) => Promise<string>;
  /** Of the plan that all users have; unlimited when missing. */
  limits?: { rateLimitPerMinute: number | null; requestsPerMonth: number | null };
  /** For proxies alone. */
  proxyVariables?: Readonly<Record<string, string>>;
  /** True when PostgreSQL itself comes to harm, or is copied: no other drill is on that server. */
  ownsPostgres?: boolean;
  /** Called before anything runs. @param dir where all of it will be @returns what is disposed of when nothing runs any more */
  prepare?: (dir: string) => Disposable;
}

/** PostgreSQL, api and proxy as processes of their own, with an upstream that counts. */
export interface DrillStack extends AsyncDisposable {
  dir: string;
  postgres: KillablePostgres;
  databaseUrl: string;
  api: Plane;
  apiPort: number;
  /** The first proxy; most drills need no other. */
  proxy: Plane;
  proxyPort: number;
  proxies: readonly Plane[];
  proxyPorts: readonly number[];
  variables: Readonly<Record<string, string>>;
  upstream: CountingUpstream;
  /** Secrets of keys, one of each of several users without limits. */
  keys: readonly string[];
  query: <Row extends object>(sql: string) => Promise<Row[]>;
}

/** Starts everything and waits until it is ready. */
export async function startDrillStack({
  proxies: proxyCount = 1,
  variables: changes = {},
  databaseUrlFor = (url) => Promise.resolve(url),
  limits = { rateLimitPerMinute: null, requestsPerMonth: null },
  proxyVariables = {},
  ownsPostgres = false,
  prepare = () => ({ [Symbol.dispose]: () => undefined }),
}: DrillStackOptions = {}): Promise<DrillStack> {
  await using opening = new AsyncDisposableStack();
  const database = ownsPostgres ? await startOwn(opening, prepare) : await makeDrillDatabase();
  const { dir, postgres, url: databaseUrl } = database;
  if (!ownsPostgres) opening.use(prepare(dir));
  const upstream = opening.use(await startCountingUpstream());
  const pepper = randomBytes(32).toString('base64url');
  const keys = await fillDrillDatabase(
    databaseUrl,
    pepper,
    [{ path: '/v1', url: upstream.url }],
    limits,
  );
  const apiPort = await freePort();
  const variables = {
    DATABASE_URL: await databaseUrlFor(databaseUrl),
    APIGATE_DATA_DIR: path.join(dir, 'data'),
    APIGATE_PORT: String(apiPort),
    APIGATE_KEY_PEPPER: pepper,
    APIGATE_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
    JWT_SECRET: randomBytes(32).toString('base64url'),
    ...changes,
  };
  const plane = (
    name: 'api' | 'proxy',
    readyUrl: string,
    own: Readonly<Record<string, string>> = {},
  ): Plane =>
    opening.use(
      new Plane({
        main: path.join(root, 'apps', name, 'src', 'main.ts'),
        variables: { ...variables, ...own },
        logFile: path.join(dir, `${name}.log`),
        readyUrl,
      }),
    );
  const api = plane('api', `http://127.0.0.1:${apiPort}/readyz`);
  const proxyPorts: number[] = [];
  const proxies: Plane[] = [];
  for (let at = 0; at < proxyCount; at += 1) {
    const port = await freePort();
    proxyPorts.push(port);
    const own = {
      APIGATE_PROXY_PORT: String(port),
      ...proxyVariables,
      ...(at === 0 ? {} : { APIGATE_DATA_DIR: path.join(dir, `data-${at}`) }),
    };
    proxies.push(plane('proxy', `http://127.0.0.1:${port}/_apigate/readyz`, own));
  }
  const [proxy] = proxies;
  const [proxyPort] = proxyPorts;
  if (proxy === undefined || proxyPort === undefined) throw new Error('there must be a proxy');
  await Promise.all([api.start(), ...proxies.map((each) => each.start())]);
  const opened = opening.move();
  return {
    dir,
    postgres,
    databaseUrl,
    api,
    apiPort,
    proxy,
    proxyPort,
    proxies,
    proxyPorts,
    variables,
    upstream,
    keys,
    query: (sql) => execute(databaseUrl, sql),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Makes a server for this stack alone, and stops it with the rest. */
async function startOwn(
  opening: AsyncDisposableStack,
  prepare: (dir: string) => Disposable,
): Promise<DrillDatabase> {
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-drill-'));
  opening.defer(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  opening.use(prepare(dir));
  const postgres = opening.use(await KillablePostgres.start(path.join(dir, 'postgres')));
  await migrateDatabase(postgres.url);
  return { dir, url: postgres.url, postgres };
}
