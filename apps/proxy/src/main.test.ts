import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProxyGround, type ProxyGround } from './testing/proxy-ground.ts';
import { insertCustomer, testPepper } from './testing/records.ts';
import { startRelay } from './testing/relay.ts';
import { sendRaw } from './testing/send-raw.ts';
import { waitUntil } from './testing/wait-until.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let ground: ProxyGround;

beforeAll(async () => {
  ground = await openProxyGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

function start(env: Record<string, string> = {}): { child: ChildProcess; output: () => string } {
  const child = fork(main, {
    silent: true,
    execArgv: [],
    env: {
      PATH: '/usr/bin',
      DATABASE_URL: ground.databaseUrl,
      APIGATE_PROXY_PORT: '0',
      APIGATE_DATA_DIR: ground.dataDir,
      APIGATE_KEY_PEPPER: testPepper.toString(),
      APIGATE_ENCRYPTION_KEY: 'e'.repeat(32),
      ...env,
    },
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output };
}

async function portOf(child: ChildProcess): Promise<number> {
  const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
  expect(message).toEqual({ type: 'ready', port: expect.any(Number) });
  return message.port;
}

test.each(['SIGTERM', 'SIGINT', 'disconnect'] as const)(
  'tells when it is ready, serves, and leaves on %s with all usage shipped',
  async (reason) => {
    const { child, output } = start();
    const port = await portOf(child);
    const { secret, userId } = await insertCustomer(ground.db);
    const res = await fetch(`http://127.0.0.1:${port}/x?token=hidden`, {
      headers: { 'X-API-Key': secret },
    });
    expect(res.status).toBe(200);
    await res.text();
    const exit = once(child, 'exit');
    if (reason === 'disconnect') child.disconnect();
    else child.kill(reason);
    expect(await exit).toEqual([0, null]);
    const { rows } = await ground.db.query('select path from usage_events where user_id = $1', [
      userId,
    ]);
    expect(rows).toEqual([{ path: '/x' }]);
    for (const line of output().trim().split('\n'))
      expect(JSON.parse(line)).toHaveProperty('event');
    for (const hidden of [secret, 'hidden', testPepper.toString()])
      expect(output()).not.toContain(hidden);
  },
);

// Elsewhere threads have no priority of their own.
test.runIf(process.platform === 'linux')(
  'lets the threads that ship usage and those of V8 give way to those that answer',
  async () => {
    const { child } = start();
    await portOf(child);
    const found = priorities(child.pid);
    expect(found.get('proxy 0')).toEqual(new Set([0]));
    expect(found.get('shipping 0')).toEqual(new Set([5]));
    expect(found.get('V8Worker')).toEqual(new Set([5]));
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  },
);

/** How much the threads of a process give way, of 19, by their names. */
function priorities(pid = 0): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'latin1');
    const [, name = '', fields = ''] = /\((.*)\) (.*)/.exec(stat) ?? [];
    found.set(name, (found.get(name) ?? new Set()).add(Number(fields.split(' ')[16])));
  }
  return found;
}

test('names the port that is taken, and how to choose another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { child, output } = start({ APIGATE_PROXY_PORT: String(port) });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output().trim().split('\n')).toEqual([
    expect.stringContaining('"event":"change_feed_following"'),
    `Port ${port} on 127.0.0.1 is in use. Set APIGATE_PROXY_PORT to another one.`,
  ]);
  other.close();
});

test('names what is wrong with the environment', async () => {
  const { child, output } = start({ APIGATE_KEY_PEPPER: 'short', DATABASE_URL: '' });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toContain('APIGATE_KEY_PEPPER');
  expect(output()).toContain('DATABASE_URL');
});

test('ends when its threads cannot even start', async () => {
  const file = path.join(ground.dataDir, 'a-file');
  writeFileSync(file, '');
  const { child, output } = start({ APIGATE_DATA_DIR: file });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output().match(/"event":"thread_died"/g)).toHaveLength(3);
  expect(output()).toContain('ENOTDIR');
});

test('waits for a database that is not there yet, and says that it is not ready', async () => {
  const { child } = start({
    DATABASE_URL: 'postgres://app@127.0.0.1:1/none',
    APIGATE_PROXY_PORT: '0',
  });
  const chunks: string[] = [];
  const listening = Promise.withResolvers<number>();
  child.stdout?.on('data', (chunk) => {
    chunks.push(String(chunk));
    const port = /"port":(\d+),"event":"proxy_listening"/.exec(chunks.join(''))?.[1];
    if (port !== undefined) listening.resolve(Number(port));
  });
  const url = `http://127.0.0.1:${await listening.promise}`;
  expect((await fetch(`${url}/_apigate/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/_apigate/readyz`)).status).toBe(503);
  const res = await fetch(url, { headers: { 'X-API-Key': 'x' } });
  expect(await res.json()).toMatchObject({ status: 503, code: 'not_ready' });
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test('leaves at once when it is told to while it waits for the database', async () => {
  const { child, output } = start({ DATABASE_URL: 'postgres://app@127.0.0.1:1/none' });
  await waitUntil('it has asked the database', () => output().includes('change_feed_lost'));
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(output()).toContain('proxy_closing');
  expect(output()).not.toContain('proxy_listening');
});

test('beside another one on its port, takes no connection before it can decide what comes', async () => {
  const old = start();
  const port = await portOf(old.child);
  const { secret } = await insertCustomer(ground.db);
  const ask = `GET / HTTP/1.1\r\nHost: x\r\nX-API-Key: ${secret}\r\nConnection: close\r\n\r\n`;
  const relay = await startRelay(ground.databaseUrl);
  await relay.cut();
  const next = start({ DATABASE_URL: relay.url, APIGATE_PROXY_PORT: String(port) });
  const ready = portOf(next.child);
  await waitUntil('it has asked the database', () => next.output().includes('change_feed_lost'));
  for (let at = 0; at < 40; at += 1) expect(await sendRaw(port, ask)).toContain(' 200 OK');
  await relay.mend();
  expect(await ready).toBe(port);
  const exit = once(old.child, 'exit');
  old.child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(await sendRaw(port, ask)).toContain(' 200 OK');
  const nextExit = once(next.child, 'exit');
  next.child.kill('SIGTERM');
  expect(await nextExit).toEqual([0, null]);
  await relay.close();
});
