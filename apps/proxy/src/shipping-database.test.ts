import { createTestDatabase, type TestDatabase } from '@apigate/domain/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { ShippingDatabase } from './shipping-database.ts';

/** Long enough for what is answered at once, however busy the machine is. */
const answerTimeoutMs = 500;

let database: TestDatabase;
let db: ShippingDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  db = new ShippingDatabase(database.url, createLogger('silent'), answerTimeoutMs);
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

test('who waits for an answer that does not come is told so, and may ask on', async () => {
  await expect(db.query('select pg_sleep(600)')).rejects.toThrow(/terminated/);
  expect((await db.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
});

test('a connection that the server has ended is made anew', async () => {
  await expect(db.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow();
  expect((await db.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
});

test('what is small is planned once, and what is large each time', async () => {
  const ask = (text: string | Buffer) => db.query('select length($1) as n', [text]);
  const counts =
    'select sum(generic_plans + custom_plans)::int as n from pg_prepared_statements where statement like $1';
  const large = 'x'.repeat(100_000);
  for (const text of ['x', 'xx', large, Buffer.from(large)]) {
    expect((await ask(text)).rows).toEqual([{ n: text.length }]);
  }
  expect((await db.query(counts, ['select length%'])).rows).toEqual([{ n: 2 }]);
});
