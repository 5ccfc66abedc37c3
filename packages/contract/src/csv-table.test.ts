import { expect, test } from 'vitest';
import { z } from 'zod';
import { csv } from './csv-table.ts';

const schema = z.object({
  name: z.string(),
  plan: z.object({ slug: z.string(), maxKeys: z.int() }).nullable(),
  scopes: z.array(z.string()),
  metadata: z.record(z.string(), z.string()),
  lastLoginAt: z.date().nullable(),
});
const header = 'name,plan_slug,plan_max_keys,scopes,metadata,last_login_at\r\n';

test('the header is the same for no rows', () => {
  expect(csv(schema, [])).toBe(header);
});

test('cells hold text, lists, JSON and times, and nothing for null', () => {
  const row = {
    name: 'Doe, "Jane"',
    plan: { slug: 'pro', maxKeys: -5 },
    scopes: ['a:b', 'c'],
    metadata: { team: 'a' },
    lastLoginAt: new Date(0),
  };
  const bare = { name: 'x', plan: null, scopes: [], metadata: {}, lastLoginAt: null };
  expect(csv(schema, [row, bare])).toBe(
    `${header}"Doe, ""Jane""",pro,-5,"a:b,c","{""team"":""a""}",1970-01-01T00:00:00.000Z\r\nx,,,,{},\r\n`,
  );
});

test.for(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\tx'])('%j is not taken for a formula', (name) => {
  const lines = csv(z.object({ name: z.string() }), [{ name }]);
  expect(lines).toBe(`name\r\n'${name}\r\n`);
});
