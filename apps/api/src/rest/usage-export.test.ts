import { ingestUsage } from '@apigate/domain/gateway';
import { buildUsageRecord } from '@apigate/domain/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

const requests = 1_203;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const userId = api.users.customer.id;
  const records = Array.from({ length: requests }, (_, at) =>
    buildUsageRecord({ userId, atMs: Date.now() - at, path: at === 0 ? '/=1+1' : `/items/${at}` }),
  );
  await ingestUsage(api.domain.db, [
    ...records,
    buildUsageRecord({ userId: null, userAgent: '=1+1' }),
  ]);
});
afterAll(() => api[Symbol.asyncDispose]());

const get = (path: string, token: string) =>
  fetch(api.url + path, { headers: { authorization: `Bearer ${token}` } });

test('a customer gets every request of their own, each once, newest first, and nobody else’s', async () => {
  const response = await get('/v1/usage/export', api.tokens.customer);
  expect(response.headers.get('content-type')).toContain('application/json');
  const events = (await response.json()) as { id: string; at: string; user: { id: string } }[];
  expect(events).toHaveLength(requests);
  expect(new Set(events.map(({ id }) => id)).size).toBe(requests);
  expect(new Set(events.map(({ user }) => user.id))).toEqual(new Set([api.users.customer.id]));
  expect(events.map(({ at }) => at)).toEqual(
    events
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
});

test('staff gets all as CSV, which no spreadsheet runs', async () => {
  const response = await get('/admin/usage/export?format=csv', api.tokens.admin);
  expect(response.headers.get('content-disposition')).toContain('requests.csv');
  const lines = (await response.text()).trim().split('\r\n');
  expect(lines).toHaveLength(1 + requests + 1);
  expect(lines[0]).toMatch(/^id,at,user_id,user_email,/);
  expect(lines.filter((line) => line.includes("'=1+1"))).toHaveLength(1);
});

test('what is asked wrongly is refused before anything is sent', async () => {
  const wrong = await get('/admin/usage/export?format=xml', api.tokens.admin);
  expect(wrong.status).toBe(400);
  const unknown = await get('/admin/usage/export?user=nobody@example.com', api.tokens.admin);
  expect(unknown.status).toBe(404);
});
