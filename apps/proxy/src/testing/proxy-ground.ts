import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { startEchoUpstream, type EchoUpstream } from './echo-upstream.ts';
import { insertRoute, insertUpstream } from './records.ts';

/** What proxies in processes of their own stand on: a database, and a route for all paths to an upstream. */
export interface ProxyGround extends AsyncDisposable {
  databaseUrl: string;
  db: Pool;
  upstream: EchoUpstream;
  /** For spools. */
  dataDir: string;
}

/** @param route what is to be otherwise in its row */
export async function openProxyGround(route: Record<string, unknown> = {}): Promise<ProxyGround> {
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(path.join(tmpdir(), 'apigate-proxy-'));
  stack.defer(() => rmSync(dataDir, { recursive: true, maxRetries: 5 }));
  const database = await createTestDatabase();
  stack.defer(() => database.drop());
  const db = new Pool({ connectionString: database.url });
  stack.defer(() => db.end());
  // Dropping the database breaks them off.
  db.on('connect', (client) => client.on('error', () => undefined));
  const upstream = stack.use(await startEchoUpstream());
  await insertRoute(db, await insertUpstream(db, upstream.url), route);
  const opened = stack.move();
  return {
    databaseUrl: database.url,
    db,
    upstream,
    dataDir,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
