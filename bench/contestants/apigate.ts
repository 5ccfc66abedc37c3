import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createPlanInput,
  createRouteInput,
  createUpstreamInput,
  createUserInput,
} from '@apigate/contract';
import {
  createPlan,
  createRoute,
  createUpstream,
  createUser,
  Key,
  migrateDatabase,
  openOrm,
  PasswordHasher,
  system,
  type DomainContext,
  type Orm,
} from '@apigate/domain';
import { digestApiKey, generateApiKey, visiblePartsOfApiKey } from '@apigate/domain/gateway';
import { startEmbeddedPostgres } from '@apigate/local';
import { pinned } from '../placement.ts';
import { serve } from '../programs.ts';
import { waitUntilReady } from '../ready.ts';
import type { Contestant } from './contestant.ts';

const users = 1000;
const keysPerUser = 10;
/** Limits that are counted against like any other, and never reached. */
const rateLimitPerMinute = 1_000_000_000;
const requestsPerMonth = 1_000_000_000_000;
const settleTimeoutMs = 60_000;
const settlePauseMs = 100;
const main = path.resolve(import.meta.dirname, '../../apps/proxy/src/main.ts');

/** What the database has counted. */
interface Counted {
  events: number;
  units: number;
}

/** Our proxy as it is in production: 10,000 keys, limits, quotas and metering in a PostgreSQL. */
export interface Apigate extends Contestant, AsyncDisposable {
  keysFile: string;
  /** What is stored once `expected` events are, or after a minute. */
  counted: (expected: number) => Promise<Counted>;
}

/** Fills a database and starts the proxy; database and generator share a processor. */
export async function startApigate(
  dir: string,
  port: number,
  upstreamUrl: string,
): Promise<Apigate> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(
    await startEmbeddedPostgres({
      dir: path.join(dir, 'postgres'),
      durable: true,
      log: () => undefined,
    }),
  );
  await migrateDatabase(database.url);
  const orm = await openOrm(database.url);
  opening.defer(() => orm.close());
  const pepper = randomBytes(32).toString('base64url');
  const encryptionKey = randomBytes(32).toString('base64url');
  const keysFile = path.join(dir, 'keys');
  // One transaction, because each of its own would wait for the disk.
  const keys = await orm.em
    .fork()
    .transactional((em) => fill(em, { pepper, encryptionKey, upstreamUrl }));
  writeFileSync(keysFile, keys.map((key) => `${key}\n`).join(''));

  const proxy = opening.use(
    await serve(pinned('contestant', [process.execPath, main]), {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      APIGATE_PROXY_PORT: String(port),
      APIGATE_KEY_PEPPER: pepper,
      APIGATE_ENCRYPTION_KEY: encryptionKey,
      APIGATE_LOG_LEVEL: 'warn',
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/_apigate/readyz`);
  const opened = opening.move();
  return {
    name: 'apigate, everything on',
    url,
    pid: proxy.pid,
    keysFile,
    counted: (expected) => countedBy(orm, expected),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Makes a plan, a route to the upstream, and the users with their keys. @returns the secrets of the keys */
async function fill(
  em: DomainContext['em'],
  given: { pepper: string; encryptionKey: string; upstreamUrl: string },
): Promise<string[]> {
  const keyPepper = Buffer.from(given.pepper);
  const ctx: DomainContext = {
    em,
    actor: system,
    now: new Date(),
    secrets: {
      keyPepper,
      encryptionKey: Buffer.from(given.encryptionKey),
      jwtSecrets: [],
      accessTokenSeconds: 1,
    },
    passwords: new PasswordHasher({ cost: 10, pepper: keyPepper }),
    publicUrl: 'http://localhost',
    origin: null,
  };
  const plan = { name: 'Bench', isDefault: true, rateLimitPerMinute, requestsPerMonth };
  await createPlan(ctx, createPlanInput.parse(plan));
  const upstream = await createUpstream(
    ctx,
    createUpstreamInput.parse({ name: 'Bench', url: given.upstreamUrl }),
  );
  await createRoute(
    ctx,
    createRouteInput.parse({ name: 'Bench', path: '/v1/*', upstream: upstream.id }),
  );
  const secrets: string[] = [];
  for (let number = 0; number < users; number += 1) {
    const input = { email: `user-${number}@example.com`, metadata: { company: 'Acme' } };
    const user = await createUser(ctx, createUserInput.parse(input));
    const own = Array.from({ length: keysPerUser }, () => generateApiKey('ak'));
    secrets.push(...own);
    await em.insertMany(
      Key,
      own.map((secret, index) => ({
        id: randomUUID(),
        user: user.id,
        name: `Key ${index}`,
        kind: 'key' as const,
        ...visiblePartsOfApiKey(secret),
        digest: digestApiKey(secret, keyPepper),
        scopes: [],
        enabled: true,
        createdAt: ctx.now,
      })),
    );
    em.clear();
  }
  return secrets;
}

async function countedBy(orm: Orm, expected: number): Promise<Counted> {
  const deadline = performance.now() + settleTimeoutMs;
  for (;;) {
    const [row]: { events: string; units: string }[] = await orm.em.fork().execute(
      `select (select count(*) from usage_events) as events,
        (select coalesce(sum(units), 0) from quota_periods) as units`,
    );
    const counted = { events: Number(row?.events), units: Number(row?.units) };
    if (counted.events >= expected || performance.now() > deadline) return counted;
    await sleep(settlePauseMs);
  }
}
