import { createTestDatabase, type TestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preparedOn } from './prepared-on.ts';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 1 });
  await pool.query('create table things (id integer, name varchar(9))');
  await pool.query(`insert into things values (1, 'one'), (2, 'two')`);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('a statement is planned once, whatever its values', async () => {
  const db = preparedOn(pool);
  const found = [];
  for (const id of [1, 2, 1]) {
    found.push(
      ...(await db.query<{ name: string }>('select name from things where id = $1', [id])).rows,
    );
  }
  expect(found).toEqual([{ name: 'one' }, { name: 'two' }, { name: 'one' }]);
  const { rows } = await pool.query('select statement from pg_prepared_statements');
  expect(rows).toEqual([{ statement: 'select name from things where id = $1' }]);
});

test('a column that becomes another while connections stay is read all the same', async () => {
  const db = preparedOn(pool);
  const ask = () => db.query<{ name: string }>('select name from things where id = $1', [2]);
  await ask();
  await pool.query('alter table things alter name type text');
  expect((await ask()).rows).toEqual([{ name: 'two' }]);
  expect((await ask()).rows).toEqual([{ name: 'two' }]);
});

test('what is wrong with a statement is told', async () => {
  await expect(preparedOn(pool).query('select nothing from things')).rejects.toThrow('nothing');
});
