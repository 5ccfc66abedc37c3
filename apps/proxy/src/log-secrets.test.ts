import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateApiKey, sealSecret, upstreamAuthPurpose } from '@apigate/domain/gateway';
import { createTestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { insertCustomer, insertRoute, insertUpstream, testPepper } from './testing/records.ts';
import { sendRaw } from './testing/send-raw.ts';
import { waitUntil } from './testing/wait-until.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Every byte of every file below a folder. */
function bytesBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

/** An upstream that answers with nonsense, made of what it was sent. */
async function startGarbler(): Promise<{ url: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (sent) => socket.end(`HTTP/1.1 2OO ${sent.toString('latin1')}\r\n\r\n`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('no secret of a request, of an upstream or of ours is in the log, the spool or the quarantine', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'apigate-secrets-'));
  const database = await createTestDatabase();
  const db = new Pool({ connectionString: database.url });
  db.on('connect', (client) => client.on('error', () => undefined));
  const garbler = await startGarbler();
  const encryptionKey = randomBytes(32).toString('base64url');
  const upstreamSecret = `Bearer ${randomBytes(20).toString('hex')}`;
  const sealed = sealSecret(Buffer.from(encryptionKey), upstreamAuthPurpose, upstreamSecret);
  await insertRoute(
    db,
    await insertUpstream(db, garbler.url, {
      auth_header_name: 'Authorization',
      auth_header_value: sealed,
    }),
  );
  await insertRoute(db, await insertUpstream(db, 'http://127.0.0.1:1'), {
    path: '/down/*',
    auth_required: false,
  });
  const { secret } = await insertCustomer(db);
  const unknown = generateApiKey('ak');
  // What is metered is refused by the database, so that it goes into the quarantine.
  await db.query('alter table usage_events add constraint refused check (units < 0) not valid');

  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), {
    silent: true,
    execArgv: [],
    env: {
      PATH: '/usr/bin',
      DATABASE_URL: database.url,
      APIGATE_PROXY_PORT: '0',
      APIGATE_PROXY_THREADS: '1',
      APIGATE_DATA_DIR: dataDir,
      APIGATE_KEY_PEPPER: testPepper.toString(),
      APIGATE_ENCRYPTION_KEY: encryptionKey,
      APIGATE_LOG_LEVEL: 'trace',
    },
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];

  const marks = {
    query: `q${randomBytes(12).toString('hex')}`,
    cookie: `c${randomBytes(12).toString('hex')}`,
    password: `p${randomBytes(12).toString('hex')}`,
    basic: Buffer.from(`user:b${randomBytes(12).toString('hex')}`).toString('base64'),
    jwt: `eyJhbGciOiJIUzI1NiJ9.${randomBytes(24).toString('base64url')}.${randomBytes(24).toString('base64url')}`,
  };
  const body = JSON.stringify({ password: marks.password, api_key: unknown });
  const send = (target: string, ...lines: string[]): Promise<string> =>
    sendRaw(
      port,
      [
        `POST ${target}?token=${marks.query}&api_key=${unknown} HTTP/1.1`,
        'Host: localhost',
        `Cookie: session=${marks.cookie}; apigate_refresh=${marks.cookie}`,
        `traceparent: 00-${trace}-00f067aa0ba902b7-01`,
        ...lines,
        `Content-Length: ${body.length}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    ).catch(() => '');
  for (const target of ['/x', '/down/x', `http://user:${marks.password}@localhost/x`]) {
    await send(target, `X-API-Key: ${secret}`);
    await send(target, `Authorization: Bearer ${secret}`);
    await send(target, `X-API-Key: ${unknown}`, `Authorization: Bearer ${marks.jwt}`);
    await send(target, `Authorization: Basic ${marks.basic}`);
    await send(target, `X-API-Key : ${secret}`);
    await send(target, `${secret}: x`);
    await send(target, `Transfer-Encoding: ${secret}`);
  }
  await waitUntil('records are in quarantine', () =>
    Promise.resolve(bytesBelow(dataDir).includes('refused')),
  );
  const whileRunning = bytesBelow(dataDir);
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  const everything = [output, whileRunning, bytesBelow(dataDir)].join('\n');

  const events = output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const failed = events.filter((line) => Reflect.get(Object(line), 'event') === 'upstream_failed');
  expect(failed.length).toBeGreaterThanOrEqual(4);
  for (const line of failed) expect(line).toHaveProperty('trace_id', trace);
  for (const [what, hidden] of Object.entries({
    ...marks,
    secret,
    unknown,
    upstreamSecret: upstreamSecret.slice('Bearer '.length),
    encryptionKey,
    pepper: testPepper.toString(),
  })) {
    expect(everything.includes(hidden), `${what} is in there`).toBe(false);
  }

  garbler.close();
  await db.end();
  await database.drop();
  rmSync(dataDir, { recursive: true, maxRetries: 5 });
}, 30_000);
