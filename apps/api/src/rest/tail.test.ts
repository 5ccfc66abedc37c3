import { ingestUsage } from '@apigate/domain/gateway';
import { buildUsageRecord } from '@apigate/domain/testing';
import { suspendUser, system } from '@apigate/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

interface Tail extends AsyncDisposable {
  status: number;
  type: string | null;
  /** Waits for the next event that has a name. */
  next: () => Promise<[name: string, data: Record<string, unknown>] | null>;
}

async function watch(path: string, token: string): Promise<Tail> {
  const leaving = new AbortController();
  const response = await fetch(api.url + path, {
    headers: { authorization: `Bearer ${token}` },
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    next: async () => {
      for (;;) {
        const found = /event: (\w+)\ndata: (.*)\n\n/.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return [found[1] ?? '', JSON.parse(found[2] ?? '{}')];
        }
        const part = await reader?.read();
        if (part === undefined || part.done) return null;
        text += part.value;
      }
    },
    [Symbol.asyncDispose]: async () => {
      leaving.abort();
      await reader?.cancel().catch(() => undefined);
    },
  };
}

const store = async (userId: string | null, fields = {}): Promise<string> => {
  const record = buildUsageRecord({ userId, atMs: Date.now(), ...fields });
  await ingestUsage(api.domain.db, [record]);
  return record.id;
};

test('admins see the requests of all as they come, a customer their own, and none that came before', async () => {
  await store(api.users.customer.id);
  await using all = await watch('/admin/usage/tail', api.tokens.admin);
  await using own = await watch('/v1/usage/tail', api.tokens.customer);
  expect([all.status, all.type]).toEqual([200, expect.stringContaining('text/event-stream')]);
  const foreign = await store(api.users.otherCustomer.id);
  const mine = await store(api.users.customer.id);
  expect(await all.next()).toMatchObject(['request', { id: foreign, latency_ms: 1.5 }]);
  expect(await all.next()).toMatchObject(['request', { id: mine }]);
  expect(await own.next()).toMatchObject([
    'request',
    { id: mine, user: { email: 'customer@example.com' } },
  ]);
});

test('one that began before the others and ends after them is shown too', async () => {
  await using tail = await watch('/v1/usage/tail', api.tokens.customer);
  const fast = await store(api.users.customer.id);
  expect(await tail.next()).toMatchObject(['request', { id: fast }]);
  const slow = await store(api.users.customer.id, { atMs: Date.now() - 60_000 });
  expect(await tail.next()).toMatchObject(['request', { id: slow }]);
});

test('a filter leaves the others out', async () => {
  await using tail = await watch('/admin/usage/tail?refused=true', api.tokens.admin);
  await store(api.users.customer.id);
  const id = await store(null, { status: 401, refusalCode: 'missing_api_key', units: 0 });
  expect(await tail.next()).toMatchObject(['request', { id, user: null }]);
});

test('ends with the reason when its user is suspended', async () => {
  await using tail = await watch('/v1/usage/tail', api.tokens.otherCustomer);
  await suspendUser(api.domain.context(system, { now: new Date() }), { user: 'other@example.com' });
  expect(await tail.next()).toMatchObject(['end', { code: 'unauthenticated' }]);
  expect(await tail.next()).toBeNull();
});

test('is refused like any other call', async () => {
  await using foreign = await watch(
    `/v1/usage/tail?user=${api.users.otherCustomer.id}`,
    api.tokens.customer,
  );
  expect(foreign.status).toBe(404);
  await using nobody = await watch('/v1/usage/tail', 'nonsense');
  expect(nobody.status).toBe(401);
});
