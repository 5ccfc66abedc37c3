import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@apigate/domain/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Pool } from 'pg';
import { createProxy, type Proxy } from '../app.ts';
import { defaultBounds, type ProxyBounds, type ProxyConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { startEchoUpstream, type EchoUpstream, type EchoedRequest } from './echo-upstream.ts';
import { insertRoute, insertUpstream, testPepper } from './records.ts';
import { waitUntil } from './wait-until.ts';

/** The key under which the tests' upstream secrets are sealed. */
export const testEncryptionKey = Buffer.from('an encryption key for tests, 32 bytes');

/** A proxy with a database and an upstream of its own, the route `/*` leading there. */
export interface Gateway extends AsyncDisposable {
  port: number;
  url: string;
  proxy: Proxy;
  db: Pool;
  /** The proxy's own pool; its statements are counted. */
  statements: () => number;
  database: TestDatabase;
  upstream: EchoUpstream;
  upstreamId: string;
  routeId: string;
  /** Sends a request with a key. */
  send: (secret: string, path?: string, init?: RequestInit) => Promise<Response>;
  /** Sends a request with a key and gives what reached the upstream. */
  echo: (secret: string, path?: string, init?: RequestInit) => Promise<EchoedRequest>;
  /** Waits until the proxy has heard of every change so far. */
  heard: () => Promise<void>;
  /** Waits until `count` usage events of customers are stored. */
  events: (count: number) => Promise<Record<string, unknown>[]>;
}

/** What may differ from one gateway to the other. */
export interface GatewayOptions {
  bounds?: Partial<ProxyBounds>;
  config?: Partial<ProxyConfig>;
  route?: Record<string, unknown>;
  upstream?: Record<string, unknown>;
  /** Where the proxy finds the database, if not where the test does. */
  databaseUrlFor?: (url: string) => string | Promise<string>;
}

/** Starts a gateway and waits until it is ready. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const database = await createTestDatabase();
  const db = new Pool({ connectionString: database.url, max: 4 });
  db.on('error', () => undefined);
  db.on('connect', (client) => client.on('error', () => undefined));
  const upstream = await startEchoUpstream();
  const upstreamId = await insertUpstream(db, upstream.url, options.upstream);
  const nowhereId = await insertUpstream(db, 'http://127.0.0.1:1');
  const routeId = await insertRoute(db, upstreamId, options.route);
  const databaseUrl = (await options.databaseUrlFor?.(database.url)) ?? database.url;
  const pool = new Pool({ connectionString: databaseUrl, max: 10, connectionTimeoutMillis: 2_000 });
  let statements = 0;
  pool.on('acquire', () => {
    statements += 1;
  });
  const spoolDir = mkdtempSync(path.join(tmpdir(), 'apigate-spool-'));
  const proxy = createProxy({
    config: {
      spoolDir,
      databaseUrl,
      redisUrl: null,
      host: '127.0.0.1',
      port: 0,
      keyPepper: testPepper,
      encryptionKey: testEncryptionKey,
      bcryptCost: 4,
      trustedProxies: [],
      portalOrigin: 'https://portal.test',
      ...options.config,
      bounds: { ...defaultBounds, usageShipMs: 50, ...options.bounds },
    },
    pool,
    logger: createLogger('silent'),
  });
  const port = await proxy.listen();
  await proxy.ready();
  const url = `http://127.0.0.1:${port}`;
  const send = (secret: string, path = '/', init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('X-API-Key', secret);
    return fetch(url + path, { ...init, headers });
  };
  return {
    port,
    url,
    proxy,
    db,
    statements: () => statements,
    database,
    upstream,
    upstreamId,
    routeId,
    send,
    echo: async (...request) => (await (await send(...request)).json()) as EchoedRequest,
    heard: async () => {
      // Changes are told in their order, so once this route is in force, all that was before it is.
      const path = `/${randomUUID()}`;
      await insertRoute(db, nowhereId, { path, auth_required: false });
      await waitUntil('the proxy has heard', async () => (await fetch(url + path)).status === 502);
    },
    events: async (count) => {
      const sql = 'select * from usage_events where user_id is not null order by at, id';
      let rows: Record<string, unknown>[] = [];
      await waitUntil(`${count} usage events`, async () => {
        ({ rows } = await db.query(sql));
        return rows.length >= count;
      });
      return rows;
    },
    [Symbol.asyncDispose]: async () => {
      await proxy.close();
      await pool.end();
      await db.end();
      await upstream.close();
      await database.drop();
      rmSync(spoolDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
