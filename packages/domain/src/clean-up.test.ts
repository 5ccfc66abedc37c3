import { afterAll, beforeAll, expect, test } from 'vitest';
import { Session } from './auth/session.ts';
import { cleanUp } from './clean-up.ts';
import {
  buildSession,
  buildUser,
  openTestDomain,
  testNow,
  type TestDomain,
} from './testing/index.ts';

let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

test('what has run out goes, and what has not stays', async () => {
  const user = await buildUser(domain);
  const { session } = await buildSession(domain, user);
  await buildSession(domain, user, { expiresAt: new Date(testNow.getTime() - 1) });
  await domain.db.query(
    `insert into change_log (kind, id, at) values ('plan', 'old', $1), ('plan', 'new', $2)`,
    [new Date(testNow.getTime() - 2 * 86_400_000), testNow],
  );
  await domain.db.query(
    `insert into idempotent_answers values ('a', 'old', '', $1), ('a', 'new', '', $2)`,
    [new Date(testNow.getTime() - 25 * 3_600_000), testNow],
  );
  expect(await cleanUp(domain.orm.em.fork(), testNow)).toBeGreaterThanOrEqual(3);
  const left = await domain.orm.em.fork().find(Session, { user: user.id });
  expect(left.map(({ id }) => id)).toEqual([session.id]);
  const { rows } = await domain.db.query(`select id from change_log where id in ('old', 'new')`);
  expect(rows).toEqual([{ id: 'new' }]);
  const answers = await domain.db.query('select key from idempotent_answers');
  expect(answers.rows).toEqual([{ key: 'new' }]);
  expect(await cleanUp(domain.orm.em.fork(), testNow)).toBe(0);
});
