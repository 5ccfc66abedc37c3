import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
import { pin, type Role } from './placement.ts';
import { processTree } from './processor-time.ts';
import { run } from './programs.ts';

const users = 1000;
const keysPerUser = 10;
/** Limits that are counted against like any other, and never reached. */
const rateLimitPerMinute = 1_000_000_000;
const requestsPerMonth = 1_000_000_000_000;
/** What a contestant has answered in all rounds may take the database minutes to count. */
const settleTimeoutMs = 300_000;
const settlePauseMs = 100;

/** A route for each proxy that is measured, so that its events can be told from those of the others. */
export const routePaths = {
  full: '/v1',
  open: '/v2',
  relayed: '/v3',
  many: '/v4',
  one: '/v5',
  two: '/v6',
} as const;
export type RouteName = keyof typeof routePaths;

/** A PostgreSQL with a plan, users and keys, that waits for its disk. */
export interface Database extends AsyncDisposable {
  url: string;
  pepper: string;
  encryptionKey: string;
  /** The keys that the contestants are asked with. */
  keys: readonly string[];
  /** The events and the rolled-up requests of a route, once `expected` are there or a minute is over. */
  countedOn: (route: RouteName, expected: number) => Promise<{ events: number; rolledUp: number }>;
  /** Units on all quotas. */
  quotaUnits: () => Promise<number>;
  /** Makes further keys, each user with ten of them. @returns their secrets */
  addKeys: (count: number) => Promise<string[]>;
  /** Makes keys that nobody has the secrets of, until there are `total`. */
  addUnusedKeys: (total: number) => Promise<void>;
  /** Halts all of its processes, or lets them go on. */
  signal: (name: 'SIGSTOP' | 'SIGCONT') => void;
  /** Whether it runs only when nothing else wants its processor. */
  setIdle: (isIdle: boolean) => Promise<void>;
  /** Which processors it may use; those of the generator until it is told otherwise. */
  place: (role: Role) => Promise<void>;
}

/** Starts a PostgreSQL, beside the generator, and fills it. */
export async function startDatabase(dir: string, upstreamUrl: string): Promise<Database> {
  await using opening = new AsyncDisposableStack();
  const folder = path.join(dir, 'postgres');
  const server = opening.use(
    await startEmbeddedPostgres({ dir: folder, durable: true, log: () => undefined }),
  );
  await migrateDatabase(server.url);
  const orm = await openOrm(server.url);
  opening.defer(() => orm.close());
  const pepper = randomBytes(32).toString('base64url');
  const encryptionKey = randomBytes(32).toString('base64url');
  const given = { pepper, encryptionKey, upstreamUrl };
  // One transaction, because each of its own would wait for the disk.
  const { keys, routeIds } = await orm.em.fork().transactional((em) => fill(em, given));
  const pid = Number.parseInt(readFileSync(path.join(folder, 'data/postmaster.pid'), 'utf8'), 10);
  const signal: Database['signal'] = (name) => {
    for (const id of processTree(pid)) process.kill(id, name);
  };
  const toEach = async (change: (id: number) => Promise<unknown>): Promise<void> => {
    for (const id of processTree(pid)) {
      await change(id).catch((error: unknown) => {
        // A process of PostgreSQL may leave at any moment.
        if (processTree(pid).includes(id)) throw error;
      });
    }
  };
  // Whoever is halted can neither answer nor leave.
  opening.defer(() => signal('SIGCONT'));
  const opened = opening.move();
  return {
    url: server.url,
    pepper,
    encryptionKey,
    keys,
    countedOn: (route, expected) => countedOn(orm, routeIds[route], expected),
    quotaUnits: async () => Number(await only(orm, 'select sum(units) as n from quota_periods')),
    addKeys: (count) => addKeys(orm, pepper, count),
    addUnusedKeys: (total) => addUnusedKeys(orm, total),
    signal,
    setIdle: (isIdle) =>
      toEach((id) => run(['chrt', isIdle ? '--idle' : '--other', '--pid', '0', String(id)])),
    place: (role) => toEach((id) => pin(id, role)),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Makes a plan, the routes to the upstream, and the users with their keys. */
async function fill(
  em: DomainContext['em'],
  given: { pepper: string; encryptionKey: string; upstreamUrl: string },
): Promise<{ keys: string[]; routeIds: Record<RouteName, string> }> {
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
  const routeIdOf = async (name: RouteName): Promise<string> => {
    const input = {
      name,
      path: `${routePaths[name]}/*`,
      upstream: upstream.id,
      authRequired: name !== 'open',
    };
    return (await createRoute(ctx, createRouteInput.parse(input))).id;
  };
  const routeIds = {
    full: await routeIdOf('full'),
    open: await routeIdOf('open'),
    relayed: await routeIdOf('relayed'),
    many: await routeIdOf('many'),
    one: await routeIdOf('one'),
    two: await routeIdOf('two'),
  };
  const keys: string[] = [];
  for (let number = 0; number < users; number += 1) {
    const input = { email: `user-${number}@example.com`, metadata: { company: 'Acme' } };
    const user = await createUser(ctx, createUserInput.parse(input));
    const own = Array.from({ length: keysPerUser }, () => generateApiKey('ak'));
    keys.push(...own);
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
  return { keys, routeIds };
}

/**
 * Copies of the first user and the first key with other names, past the triggers that would tell every proxy. Their rows
 * are in no order of theirs, because those that are used one after the other were seldom made one after the other.
 */
async function addKeys(orm: Orm, pepper: string, count: number): Promise<string[]> {
  const secrets = Array.from({ length: count }, () => generateApiKey('ak'));
  const digests = secrets.map((secret) => digestApiKey(secret, Buffer.from(pepper)));
  const userColumns = await columnsOf(orm, 'users', ['id', 'email']);
  const keyColumns = await columnsOf(orm, 'keys', ['id', 'user_id', 'digest']);
  await untold(
    orm,
    `with made as (
      insert into users (id, email, ${userColumns})
      select gen_random_uuid(), 'more-' || gen_random_uuid() || '@example.com', ${userColumns}
      from users, generate_series(1, ?) where email = 'user-0@example.com' returning id
    )
    insert into keys (id, user_id, digest, ${keyColumns})
    select gen_random_uuid(), owners.ids[1 + (given.at - 1) / ${keysPerUser}], given.digest, ${keyColumns}
    from jsonb_array_elements_text(?::jsonb) with ordinality as given (digest, at),
      (select array_agg(id) as ids from made) as owners, ${oneKey(keyColumns)}
    order by given.digest`,
    [Math.ceil(count / keysPerUser), JSON.stringify(digests)],
  );
  return secrets;
}

async function addUnusedKeys(orm: Orm, total: number): Promise<void> {
  const there = Number(await only(orm, 'select count(*) as n from keys'));
  const columns = await columnsOf(orm, 'keys', ['id', 'user_id', 'digest']);
  await untold(
    orm,
    `insert into keys (id, user_id, digest, ${columns})
    select gen_random_uuid(), owners.ids[1 + given.at % cardinality(owners.ids)],
      rpad(replace(gen_random_uuid()::text, '-', ''), owners.digest_chars, md5(given.at::text)), ${columns}
    from generate_series(1, ?) as given (at),
      (select (select array_agg(id) from users) as ids,
        (select length(digest) from keys limit 1) as digest_chars) as owners,
      ${oneKey(columns)}`,
    [total - there],
  );
  await orm.em.fork().execute('analyze keys, users');
}

function oneKey(columns: string): string {
  return `(select ${columns} from keys limit 1) as pattern`;
}

/** All columns of a table but some, whatever the table has come to hold. */
async function columnsOf(orm: Orm, table: string, except: readonly string[]): Promise<string> {
  const names = await only(
    orm,
    `select string_agg(quote_ident(column_name), ', ') as n from information_schema.columns
      where table_name = ? and is_generated = 'NEVER' and column_name <> all (string_to_array(?, ','))`,
    [table, except.join(',')],
  );
  return String(names);
}

async function untold(orm: Orm, statement: string, values: unknown[]): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    await em.execute('set local session_replication_role = replica');
    await em.execute(statement, values);
  });
}

async function countedOn(
  orm: Orm,
  routeId: string,
  expected: number,
): Promise<{ events: number; rolledUp: number }> {
  const deadline = performance.now() + settleTimeoutMs;
  const rollups = 'select sum(requests) as n from usage_days where route_id = ?';
  for (;;) {
    const rolledUp = Number(await only(orm, rollups, [routeId]));
    if (rolledUp >= expected || performance.now() > deadline) {
      const events = 'select count(*) as n from usage_events where route_id = ?';
      return { events: Number(await only(orm, events, [routeId])), rolledUp };
    }
    await sleep(settlePauseMs);
  }
}

async function only(orm: Orm, statement: string, values: unknown[] = []): Promise<unknown> {
  const rows: { n: unknown }[] = await orm.em.fork().execute(statement, values);
  return rows[0]?.n;
}
