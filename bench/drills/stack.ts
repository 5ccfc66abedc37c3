import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createKeyInput,
  createPlanInput,
  createRouteInput,
  createUpstreamInput,
  createUserInput,
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
import { freePort } from '../ready.ts';
import { startCountingUpstream, type CountingUpstream } from './counting-upstream.ts';
import { Plane } from './plane.ts';
import { KillablePostgres } from './postgres.ts';

const users = 20;
const root = path.resolve(import.meta.dirname, '../..');

/** PostgreSQL, api and proxy as processes of their own, with an upstream that counts. */
export interface DrillStack extends AsyncDisposable {
  dir: string;
  postgres: KillablePostgres;
  api: Plane;
  proxy: Plane;
  proxyPort: number;
  upstream: CountingUpstream;
  /** Secrets of keys, one of each of several users without limits. */
  keys: readonly string[];
  query: <Row extends object>(sql: string) => Promise<Row[]>;
}

/** Starts everything and waits until it is ready. */
export async function startDrillStack(): Promise<DrillStack> {
  await using opening = new AsyncDisposableStack();
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-drill-'));
  opening.defer(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = opening.use(await KillablePostgres.start(path.join(dir, 'postgres')));
  await migrateDatabase(postgres.url);
  const upstream = opening.use(await startCountingUpstream());
  const pepper = randomBytes(32).toString('base64url');
  const keys = await fill(postgres.url, pepper, upstream.url);
  const [apiPort, proxyPort] = [await freePort(), await freePort()];
  const variables = {
    DATABASE_URL: postgres.url,
    APIGATE_DATA_DIR: path.join(dir, 'data'),
    APIGATE_PORT: String(apiPort),
    APIGATE_PROXY_PORT: String(proxyPort),
    APIGATE_KEY_PEPPER: pepper,
    APIGATE_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
    JWT_SECRET: randomBytes(32).toString('base64url'),
  };
  const plane = (name: 'api' | 'proxy', readyUrl: string): Plane =>
    opening.use(
      new Plane({
        main: path.join(root, 'apps', name, 'src', 'main.ts'),
        variables,
        logFile: path.join(dir, `${name}.log`),
        readyUrl,
      }),
    );
  const api = plane('api', `http://127.0.0.1:${apiPort}/readyz`);
  const proxy = plane('proxy', `http://127.0.0.1:${proxyPort}/_apigate/readyz`);
  await Promise.all([api.start(), proxy.start()]);
  const opened = opening.move();
  return {
    dir,
    postgres,
    api,
    proxy,
    proxyPort,
    upstream,
    keys,
    async query(sql) {
      const orm = await openOrm(postgres.url);
      try {
        return await orm.em.fork().execute(sql);
      } finally {
        await orm.close();
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Makes users without limits, and a route. @returns a key of each */
async function fill(databaseUrl: string, pepper: string, upstreamUrl: string): Promise<string[]> {
  const orm = await openOrm(databaseUrl);
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
    const limits = { rateLimitPerMinute: null, requestsPerMonth: null };
    const plan = await createPlan(ctx, createPlanInput.parse({ name: 'Unlimited', ...limits }));
    const { id: upstream } = await createUpstream(
      ctx,
      createUpstreamInput.parse({ name: 'Upstream', url: upstreamUrl }),
    );
    await createRoute(ctx, createRouteInput.parse({ name: 'All', path: '/v1/*', upstream }));
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
