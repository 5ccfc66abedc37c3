import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createKeyInput,
  createPlanInput,
  createRouteInput,
  createUpstreamInput,
  createUserInput,
  type CreateUpstreamInput,
} from '@apigate/contract';
import {
  createKey,
  createPlan,
  createRoute,
  createUpstream,
  createUser,
  migrateDatabase,
  openOrm,
  PasswordHasher,
  system,
  type DomainContext,
} from '@apigate/domain';
import { KillablePostgres } from './postgres.ts';
import { ProxyProcess, type ProxyProcessOptions } from './proxy-process.ts';

const users = 20;

/** A route of an edge, and the API behind it. */
export interface EdgeRoute {
  /** Everything under it goes there, such as `/v1`. */
  path: string;
  url: string;
  /** What is otherwise than usual. */
  upstream?: Partial<CreateUpstreamInput>;
}

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

interface Server {
  dir: string;
  postgres: KillablePostgres;
}

let server: Promise<Server> | null = null;
let databases = 0;

/** Drills that harm no database share one server, each with a database of its own. */
async function startServer(): Promise<Server> {
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-edge-'));
  const postgres = await KillablePostgres.start(path.join(dir, 'postgres'));
  await execute(postgres.url, 'create database template_of_edges');
  await migrateDatabase(databaseUrl(postgres, 'template_of_edges'));
  return { dir, postgres };
}

/** Stops what the edges shared; the last thing to do. */
export async function closeEdges(): Promise<void> {
  if (server === null) return;
  const { dir, postgres } = await server;
  await postgres[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}

/** Makes an edge. @param requestsPerMinute of each user; null when unlimited */
export async function startEdge(
  routes: readonly EdgeRoute[],
  requestsPerMinute: number | null = null,
): Promise<Edge> {
  server ??= startServer();
  const { dir: sharedDir, postgres } = await server;
  await using opening = new AsyncDisposableStack();
  databases += 1;
  const name = `edge_${databases}`;
  const dir = path.join(sharedDir, name);
  mkdirSync(dir);
  await execute(postgres.url, `create database ${name} template template_of_edges`);
  const url = databaseUrl(postgres, name);
  const pepper = randomBytes(32).toString('base64url');
  const encryptionKey = randomBytes(32).toString('base64url');
  const keys = await fill(url, pepper, routes, requestsPerMinute);
  let proxies = 0;
  const opened = opening.move();
  return {
    dir,
    keys,
    async startProxy({ threads = 1, port = 0, variables, ...options } = {}) {
      proxies += 1;
      const proxy = await ProxyProcess.start({
        ...options,
        logFile: path.join(dir, `proxy-${proxies}.log`),
        variables: {
          DATABASE_URL: url,
          APIGATE_DATA_DIR: path.join(dir, `data-${proxies}`),
          APIGATE_PROXY_PORT: String(port),
          APIGATE_PROXY_THREADS: String(threads),
          APIGATE_KEY_PEPPER: pepper,
          APIGATE_ENCRYPTION_KEY: encryptionKey,
          ...variables,
        },
      });
      return opened.use(proxy);
    },
    query: (sql) => execute(url, sql),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function databaseUrl({ url }: KillablePostgres, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function execute<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const orm = await openOrm(url);
  try {
    return await orm.em.fork().execute(sql);
  } finally {
    await orm.close();
  }
}

async function fill(
  url: string,
  pepper: string,
  routes: readonly EdgeRoute[],
  rateLimitPerMinute: number | null,
): Promise<string[]> {
  const orm = await openOrm(url);
  const keyPepper = Buffer.from(pepper);
  const ctx: DomainContext = {
    em: orm.em.fork(),
    actor: system,
    now: new Date(),
    secrets: { keyPepper, encryptionKey: keyPepper, jwtSecrets: [], accessTokenSeconds: 1 },
    passwords: new PasswordHasher({ cost: 4, pepper: keyPepper }),
    publicUrl: 'http://localhost',
    origin: null,
  };
  try {
    const limits = { rateLimitPerMinute, requestsPerMonth: null };
    const plan = await createPlan(ctx, createPlanInput.parse({ name: 'Drill', ...limits }));
    for (const { path: under, url: upstreamUrl, upstream: changes } of routes) {
      const input = { name: `At ${under}`, url: upstreamUrl, ...changes };
      const upstream = await createUpstream(ctx, createUpstreamInput.parse(input));
      const route = { name: `To ${under}`, path: `${under}/*`, upstream: upstream.id };
      await createRoute(ctx, createRouteInput.parse(route));
    }
    const keys: string[] = [];
    for (let at = 0; at < users; at += 1) {
      const email = `user-${at}@example.com`;
      const user = await createUser(ctx, createUserInput.parse({ email, plan: plan.id }));
      const input = createKeyInput.parse({ user: user.id, name: 'Drill' });
      keys.push((await createKey(ctx, input)).secret);
    }
    return keys;
  } finally {
    await orm.close();
  }
}
