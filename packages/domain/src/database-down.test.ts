import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from 'pg';
import { isDatabaseDown } from './database-down.ts';
import { databaseAnswers, openOrm } from './orm.ts';
import { openTestDomain, type TestDomain } from './testing/test-domain.ts';
import { User } from './users/user.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('knows a database that cannot be reached, with the ORM and without', async () => {
  const orm = await openOrm(nowhere);
  expect(await databaseAnswers(orm)).toBe(false);
  expect(isDatabaseDown(await errorOf(orm.em.fork().find(User, {})))).toBe(true);
  await orm.close(true);
  expect(isDatabaseDown(await errorOf(new Client(nowhere).connect()))).toBe(true);
  expect(await databaseAnswers(domain.orm)).toBe(true);
});

test('knows a connection that the server ended', async () => {
  const client = new Client(domain.url);
  client.on('error', () => undefined);
  await client.connect();
  const error = await errorOf(
    client.query('select pg_terminate_backend(pg_backend_pid()), pg_sleep(5)'),
  );
  expect(isDatabaseDown(error)).toBe(true);
  await client.end();
});

test('gives up a database that says nothing, and reaches it again when it speaks', async () => {
  const silenceMaxMs = 300;
  const sockets = new Set<Socket>();
  let isSilent = true;
  const { hostname, port } = new URL(domain.url);
  const relay = createServer((socket) => {
    sockets.add(socket);
    // Who gives a connection up may reset it.
    socket.on('error', () => undefined);
    if (isSilent) return;
    const behind = connect(Number(port), hostname);
    behind.on('error', () => undefined);
    socket.pipe(behind).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const url = new URL(domain.url);
  url.hostname = '127.0.0.1';
  url.port = String((relay.address() as AddressInfo).port);
  const orm = await openOrm(url.href, silenceMaxMs);

  expect(isDatabaseDown(await errorOf(orm.em.fork().execute('select 1')))).toBe(true);
  isSilent = false;
  expect(await databaseAnswers(orm)).toBe(true);
  const slow = await errorOf(orm.em.fork().execute('select pg_sleep(10)'));
  expect(isDatabaseDown(slow)).toBe(true);
  const all = Array.from({ length: 12 }, () => orm.em.fork().execute('select pg_sleep(10)'));
  for (const result of await Promise.allSettled(all)) expect(result.status).toBe('rejected');
  expect(await databaseAnswers(orm)).toBe(true);

  await orm.close(true);
  for (const socket of sockets) socket.destroy();
  relay.close();
});

test('takes no refusal of the database for its absence', async () => {
  const statements = ['nonsense', 'select * from nothing', `insert into plans (id) values (null)`];
  for (const statement of statements) {
    expect(isDatabaseDown(await errorOf(domain.db.query(statement)))).toBe(false);
    expect(isDatabaseDown(await errorOf(domain.orm.em.fork().execute(statement)))).toBe(false);
  }
  for (const other of [undefined, null, 'ECONNREFUSED', new Error('x'), { code: 'ECONNREFUSED' }]) {
    expect(isDatabaseDown(other)).toBe(false);
  }
});
