import { createTestDatabase, type TestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnswerClock } from './answer-clock.ts';

const answerTimeoutMs = 500;

let database: TestDatabase;
let pool: Pool;
let clock: AnswerClock;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 2 });
  pool.on('connect', (client) => client.on('error', () => undefined));
  clock = new AnswerClock(pool, answerTimeoutMs);
});
afterAll(async () => {
  await pool.end();
  clock.stop();
  await database.drop();
});

test('only the connection whose answer does not come is ended', async () => {
  let isOver = false;
  const backends = new Set<number>();
  const askOn = async () => {
    while (!isOver) {
      const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
      for (const { pid } of rows) backends.add(pid);
    }
  };
  const late = pool.query('select pg_sleep(600)').finally(() => (isOver = true));
  await Promise.all([expect(late).rejects.toThrow(/terminated/), askOn()]);
  expect(backends.size).toBe(1);
});
