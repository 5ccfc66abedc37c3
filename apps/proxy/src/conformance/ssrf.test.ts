import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertRoute, insertUpstream, testPepper } from '../testing/records.ts';
import { waitUntil } from '../testing/wait-until.ts';

/** A network of one's own is the business of root, and of whoever may be root inside of a namespace of users. */
const unshare =
  process.getuid?.() === 0 ? ['--net', '--mount'] : ['--map-root-user', '--net', '--mount'];
const env = { PATH: '/usr/sbin:/sbin:/usr/bin:/bin' };

function requireNetwork(): void {
  const tried = spawnSync('unshare', [...unshare, 'sh', '-c', 'ip link set lo up'], {
    env,
    encoding: 'utf8',
  });
  if (tried.status === 0) return;
  const reason = tried.error?.message ?? tried.stderr.trim();
  throw new Error(
    `These tests need a network of their own, and "unshare ${unshare.join(' ')}" does not give them one (${reason}). ` +
      'Run them as root, and in a container with the capabilities SYS_ADMIN and NET_ADMIN.',
  );
}

const forbidden = [
  '169.254.169.254',
  '169.254.170.2',
  '2852039166',
  '0xa9fea9fe',
  '0XA9.0xFE.0xa9.0xFE',
  '0251.0376.0251.0376',
  '0251.254.0xa9.254',
  '169.254.43518',
  '169.16689662',
  '169.254.169.254.',
  '169。254。169。254',
  '①⑥⑨.②⑤④.①⑥⑨.②⑤④',
  '%31%36%39.254.169.254',
  '100.100.100.200',
  '1684301000',
  '168.63.129.16',
  '0250.077.0201.020',
  '192.0.0.192',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[fd00:0ec2:0:0:0:0:0:254]',
  '[fd20:ce::254]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:a9fe:a9fe]',
  '[::ffff:168.63.129.16]',
  '[::ffff:100.100.100.200]',
  '[::169.254.169.254]',
  '[::a9fe:a9fe]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::1]',
  'metadata.test',
  'METADATA.test.',
  'both.test',
  'azure.test',
].map((host) => `http://${host}`);

const privates = [
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0177.0.0.01',
  '2130706433',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '012.1',
  '192.168.1.1',
  '192.168.257',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:10.0.0.1]',
  'localhost',
  'private.test',
].map((host) => `http://${host}`);

const publics = [
  'http://8.8.8.8',
  'http://134744072',
  'http://public.test',
  'http://[2606:4700::1111]',
];

const metadata =
  /^(?:169\.254\.|100\.100\.100\.200|168\.63\.129\.16|192\.0\.0\.192|fe80|fd00|fd20|::a9fe|64:ff9b|2002)/;
const privateAddress = /^(?:127\.|10\.|192\.168\.|0\.|::1?$)/;

const stack = new AsyncDisposableStack();
let dir: string;
let db: Pool;
/** The addresses at which the proxy has opened connections. */
const reached: string[] = [];

beforeAll(async () => {
  requireNetwork();
  dir = mkdtempSync(path.join(tmpdir(), 'apigate-network-'));
  stack.defer(() => rmSync(dir, { recursive: true, maxRetries: 5 }));
  const database = stack.use(await createTestDatabase());
  db = stack.adopt(new Pool({ connectionString: database.url }), (pool) => pool.end());
  for (const [at, url] of [...forbidden, ...privates, ...publics, 'http://flip.test'].entries()) {
    const id = await insertUpstream(db, url);
    await insertRoute(db, id, { path: `/${at}`, auth_required: false });
  }
  const { hostname, port } = new URL(database.url);
  const bridge = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  bridge.listen(path.join(dir, 'database.sock'));
  await once(bridge, 'listening');
  stack.defer(() => void bridge.close());
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = '15432';
  const script = fileURLToPath(new URL('../testing/forbidden-network.ts', import.meta.url));
  const network = spawn('unshare', [...unshare, process.execPath, script, dir], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...env,
      DATABASE_URL: url.href,
      APIGATE_PROXY_PORT: '8000',
      APIGATE_DATA_DIR: dir,
      APIGATE_KEY_PEPPER: testPepper.toString(),
      APIGATE_ENCRYPTION_KEY: 'e'.repeat(32),
    },
  });
  stack.defer(async () => {
    if (!network.connected) return;
    const ended = once(network, 'exit');
    network.disconnect();
    await ended;
  });
  let isReady = false;
  let failure: number | null = null;
  network.once('exit', (code) => (failure = code ?? 1));
  network.on('message', (message: { type: string; at?: string }) => {
    if (message.type === 'ready') isReady = true;
    else reached.push(message.at ?? '');
  });
  await waitUntil(
    'the proxy is ready',
    () => {
      if (failure !== null) throw new Error(`the proxy ended with ${String(failure)}`);
      return isReady;
    },
    20_000,
  );
  await waitUntil('it has loaded', async () => (await ask('/_apigate/readyz')).status === 200);
});

afterAll(() => stack.disposeAsync());

function ask(target: string): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const socketPath = path.join(dir, 'proxy.sock');
  const headers = { Host: 'api.example.com' };
  request({ socketPath, path: target, headers, agent: false }, (res) => {
    let body = '';
    res.on('data', (chunk) => (body += String(chunk)));
    res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
  })
    .on('error', reject)
    .end();
  return promise;
}

/** Asks every upstream of a list. @returns the statuses and the addresses that were connected to. */
async function tryAll(
  from: number,
  count: number,
): Promise<{ statuses: number[]; addresses: string[] }> {
  const before = reached.length;
  const statuses: number[] = [];
  for (let at = from; at < from + count; at += 1) statuses.push((await ask(`/${at}`)).status);
  return { statuses, addresses: reached.slice(before) };
}

const of = (status: number, count: number): number[] => Array<number>(count).fill(status);

test('nothing connects to metadata services and link-local addresses, however they are written', async () => {
  const { statuses, addresses } = await tryAll(0, forbidden.length);
  expect(addresses).toEqual([]);
  expect(statuses).toEqual(of(502, forbidden.length));
});

test('private and public addresses are connected to', async () => {
  const open = await tryAll(forbidden.length, privates.length + publics.length);
  expect(open.statuses).toEqual(of(200, privates.length + publics.length));
  expect(open.addresses.filter((address) => metadata.test(address))).toEqual([]);
  expect(open.addresses).toContain('8.8.8.8');
});

test('a name that its server points elsewhere at every question never leads to a metadata service', async () => {
  const before = reached.length;
  const at = forbidden.length + privates.length + publics.length;
  const statuses: number[] = [];
  for (let times = 0; times < 20; times += 1) statuses.push((await ask(`/${at}`)).status);
  expect(new Set(reached.slice(before))).toEqual(new Set(['8.8.8.8']));
  expect(new Set(statuses)).toEqual(new Set([200, 502]));
});

test('without the setting, nothing connects to private addresses either', async () => {
  await db.query(
    `insert into settings (name, value, updated_at) values ('upstreams.allow_private', 'false', now())`,
  );
  const first = `/${forbidden.length}`;
  await waitUntil('the setting is in force', async () => (await ask(first)).status === 502);
  const shut = await tryAll(0, forbidden.length + privates.length);
  expect(shut.addresses).toEqual([]);
  expect(shut.statuses).toEqual(of(502, forbidden.length + privates.length));
  const open = await tryAll(forbidden.length + privates.length, publics.length);
  expect(open.statuses).toEqual(of(200, publics.length));
  expect(open.addresses.filter((address) => privateAddress.test(address))).toEqual([]);
});
