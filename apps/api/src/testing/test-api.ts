import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { KeyGate, PasswordHasher, signIn, type User } from '@apigate/domain';
import {
  buildPlan,
  buildServiceKey,
  buildUser,
  openTestDomain,
  testSecrets,
  type TestDomain,
} from '@apigate/domain/testing';
import { AccessLog } from '../access-log.ts';
import { createApp } from '../app.ts';
import type { ApiDeps } from '../context.ts';
import type { ThrottleOptions } from '../graphql/throttle.ts';
import { createLogger, gatewayLogger } from '../logger.ts';
import { ApiMetrics } from '../metrics.ts';
import { ServiceCallers } from '../service-callers.ts';
import { SessionCookies } from '../cookies.ts';

/** The password of every user that a test API starts with. */
export const testPassword = 'correct horse battery staple';

const people = ['admin', 'moderator', 'customer', 'otherCustomer'] as const;

/** A user that a test API starts with. */
export type Person = (typeof people)[number];

/** The control plane, listening, on a database of its own. */
export interface TestApi extends AsyncDisposable {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly domain: TestDomain;
  readonly deps: ApiDeps;
  readonly users: Readonly<Record<Person, User>>;
  /** Access tokens of the users, and a service key that may do everything. */
  readonly tokens: Readonly<Record<Person | 'service', string>>;
  /** What it logged so far, a JSON object each. */
  readonly logLines: readonly string[];
  /** Where usage waits for the database. */
  readonly spoolDir: string;
}

/** Starts the control plane over HTTP, with a default plan, four users and a service key. */
export async function startTestApi({
  trustedProxies = [],
  gateDatabaseUrl,
  throttle = { windowSeconds: 60, limit: 1_000_000 },
  ...overrides
}: Partial<ApiDeps> & {
  trustedProxies?: string[];
  gateDatabaseUrl?: string;
  throttle?: ThrottleOptions;
} = {}): Promise<TestApi> {
  const stack = new AsyncDisposableStack();
  const domain = stack.use(await openTestDomain());
  const webDir = await makeWebDir();
  stack.defer(() => rm(webDir, { recursive: true }));

  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const url = `http://127.0.0.1:${address.port}`;
  stack.defer(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  const logLines: string[] = [];
  const publicUrl = overrides.publicUrl ?? url;
  const log = createLogger('info', { write: (line) => void logLines.push(line) });
  const passwords = new PasswordHasher({ cost: 4, pepper: testSecrets.keyPepper });
  const spoolDir = path.join(webDir, 'spool');
  const gate = stack.use(
    new KeyGate({
      databaseUrl: gateDatabaseUrl ?? domain.url,
      keyPepper: testSecrets.keyPepper,
      passwords,
      logger: gatewayLogger(log),
      redisUrl: null,
      spoolDir,
    }),
  );
  const deps: ApiDeps = {
    orm: domain.orm,
    secrets: testSecrets,
    passwords,
    cookies: new SessionCookies(publicUrl),
    publicUrl,
    proxyUrl: 'http://proxy.test',
    version: '0.0.0-test',
    gate,
    serviceCallers: new ServiceCallers(),
    log,
    ...overrides,
  };
  const accessLog = stack.use(new AccessLog(deps));
  const metrics = stack.use(new ApiMetrics(deps));
  server.on('request', createApp(deps, { trustedProxies, webDir, accessLog, metrics, throttle }));

  const { users, tokens } = await populate(domain);
  return {
    url,
    domain,
    deps,
    users,
    tokens,
    logLines,
    spoolDir,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function populate(domain: TestDomain): Promise<Pick<TestApi, 'users' | 'tokens'>> {
  const plan = (await buildPlan(domain, { name: 'Free', slug: 'free', isDefault: true })).id;
  const build = (role: User['role'], email: string) =>
    buildUser(domain, { plan, role, email, password: testPassword });
  const users = {
    admin: await build('admin', 'admin@example.com'),
    moderator: await build('moderator', 'moderator@example.com'),
    customer: await build('customer', 'customer@example.com'),
    otherCustomer: await build('customer', 'other@example.com'),
  };
  const tokenOf = async ({ email }: User): Promise<string> => {
    const context = domain.context({ kind: 'anonymous' }, { now: new Date() });
    const input = { email, password: testPassword, cookies: false };
    const { accessToken } = (await signIn(context, input, null)).session;
    if (accessToken === null) throw new Error('signing in gave no token');
    return accessToken;
  };
  const tokens = {
    admin: await tokenOf(users.admin),
    moderator: await tokenOf(users.moderator),
    customer: await tokenOf(users.customer),
    otherCustomer: await tokenOf(users.otherCustomer),
    service: (await buildServiceKey(domain, ['admin'])).secret,
  };
  return { users, tokens };
}

/** What a build of the web app leaves behind, as far as serving it goes. */
async function makeWebDir(): Promise<string> {
  const webDir = await mkdtemp(path.join(tmpdir(), 'apigate-web-'));
  await mkdir(path.join(webDir, 'assets'));
  await writeFile(path.join(webDir, 'index.html'), '<!doctype html><title>apigate</title>');
  await writeFile(path.join(webDir, 'assets', 'index-abc.js'), 'export {};');
  await writeFile(path.join(webDir, 'assets', 'index-abc.js.br'), brotliCompressSync('export {};'));
  await writeFile(path.join(webDir, 'assets', 'index-abc.js.gz'), gzipSync('export {};'));
  await mkdir(path.join(webDir, '.vite'));
  await writeFile(
    path.join(webDir, '.vite', 'frames.json'),
    JSON.stringify({ console: ['assets/index-abc.js', 'assets/b.js'], portal: ['assets/c.js'] }),
  );
  await writeFile(path.join(webDir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return webDir;
}
