import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';

test('gives each caller a migrated database of its own, several at a time', async () => {
  const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
  expect(new Set(databases.map(({ url }) => url)).size).toBe(3);
  await Promise.all(
    databases.map(async (database) => {
      const client = new Client({ connectionString: database.url });
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query(`select count(*)::int as users from users`);
      expect(rows).toEqual([{ users: 0 }]);
      await database.drop();
      await expect(client.query('select 1')).rejects.toThrow();
    }),
  );
});
