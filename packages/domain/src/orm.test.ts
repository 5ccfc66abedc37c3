import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateDatabase } from './orm.ts';
import { openTestDomain, type TestDomain } from './testing/test-domain.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

/** Columns, constraints, indexes, triggers and functions, as PostgreSQL has them. */
async function shape(): Promise<unknown[]> {
  const { rows } = await domain.db.query(
    `select 'column' as kind, table_name || '.' || column_name as name,
       concat_ws(' ', data_type, udt_name, is_nullable, column_default) as definition
     from information_schema.columns where table_schema = 'public'
     union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
     union all select 'constraint', conname, pg_get_constraintdef(oid) from pg_constraint
       where connamespace = 'public'::regnamespace
     union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
     union all select 'function', proname, prosrc from pg_proc
       where pronamespace = 'public'::regnamespace
     order by 1, 2, 3`,
  );
  return rows;
}

test('the migrations make exactly what the entities describe', async () => {
  expect(await domain.orm.schema.getUpdateSchemaSQL()).toBe('');
  expect(await domain.orm.migrator.checkSchema()).toBe(false);
});

test('every migration can be taken back and applied again', async () => {
  const before = await shape();
  const { length } = await domain.orm.migrator.getExecuted();
  expect(length).toBeGreaterThan(0);
  for (let at = 0; at < length; at += 1) await domain.orm.migrator.down();
  const left = await domain.db.query(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  expect(left.rows).toEqual([{ name: 'migrations' }]);
  await domain.orm.migrator.up();
  expect(await shape()).toEqual(before);
});

test('several programs that start at once migrate once', async () => {
  for (let at = 0; at < 2; at += 1) await domain.orm.migrator.down();
  const applied = await Promise.all([1, 2, 3].map(() => migrateDatabase(domain.url)));
  expect(applied.filter((count) => count > 0)).toHaveLength(1);
  expect(await migrateDatabase(domain.url)).toBe(0);
});
