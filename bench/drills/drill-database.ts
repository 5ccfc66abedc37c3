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

const users = 20;
const template = 'template_of_drills';

/** A route, and the API behind it. */
export interface DrillRoute {
  /** Everything under it goes there, such as `/v1`. */
  path: string;
  url: string;
  /** What is otherwise than usual. */
  upstream?: Partial<CreateUpstreamInput>;
}

/** A migrated, empty database, and a folder for what runs on it. */
export interface DrillDatabase {
  dir: string;
  url: string;
  /** The server that it is on. */
  postgres: KillablePostgres;
}

interface Server {
  dir: string;
  postgres: KillablePostgres;
}

let server: Promise<Server> | null = null;
let databases = 0;

async function startServer(): Promise<Server> {
  const dir = mkdtempSync(path.join(tmpdir(), 'apigate-drills-'));
  const postgres = await KillablePostgres.start(path.join(dir, 'postgres'));
  await execute(postgres.url, `create database ${template}`);
  await migrateDatabase(urlOf(postgres, template));
  return { dir, postgres };
}

/** Makes a database on the server that all drills share which do no harm to it. */
export async function makeDrillDatabase(): Promise<DrillDatabase> {
  server ??= startServer();
  const { dir: sharedDir, postgres } = await server;
  databases += 1;
  const name = `drill_${databases}`;
  const dir = path.join(sharedDir, name);
  mkdirSync(dir);
  await execute(postgres.url, `create database ${name} template ${template}`);
  return { dir, url: urlOf(postgres, name), postgres };
}

/** Stops the server that drills have shared; the last thing to do. */
export async function closeDrillServer(): Promise<void> {
  if (server === null) return;
  const { dir, postgres } = await server;
  await postgres[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}

/** Runs one statement on a connection of its own, so that it works whatever has happened to others. */
export async function execute<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const orm = await openOrm(url);
  try {
    return await orm.em.fork().execute(sql);
  } finally {
    await orm.close();
  }
}

/** Makes users of one plan, and routes. @returns a key of each user */
export async function fillDrillDatabase(
  url: string,
  pepper: string,
  routes: readonly DrillRoute[],
  limits: { rateLimitPerMinute: number | null; requestsPerMonth: number | null },
): Promise<string[]> {
  const orm = await openOrm(url);
  const ctx = drillContext(orm.em.fork(), Buffer.from(pepper), Buffer.from(pepper));
  try {
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

/** What a change by a drill carries. */
export function drillContext(
  em: DomainContext['em'],
  keyPepper: Buffer,
  encryptionKey: Buffer,
): DomainContext {
  return {
    em,
    actor: system,
    now: new Date(),
    secrets: { keyPepper, encryptionKey, jwtSecrets: [], accessTokenSeconds: 1 },
    passwords: new PasswordHasher({ cost: 4, pepper: keyPepper }),
    publicUrl: 'http://localhost',
    origin: null,
  };
}

function urlOf({ url }: KillablePostgres, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
