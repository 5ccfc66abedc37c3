import { ingestUsage } from '@apigate/domain/gateway';
import { buildUsageRecord } from '@apigate/domain/testing';
import { suspendUser, system } from '@apigate/domain';
import superjson from 'superjson';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from './testing/test-api.ts';

let api: TestApi;
const closing = new AbortController();
beforeAll(async () => {
  api = await startTestApi({ closing: closing.signal });
});
afterAll(() => api[Symbol.asyncDispose]());

/** What a subscription sends, pings left out: the data of each message, or the error that ended it. */
async function* watch(token: string): AsyncGenerator<unknown> {
  const leaving = new AbortController();
  const response = await fetch(`${api.url}/trpc/usage.tail`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(superjson.serialize({})),
    signal: leaving.signal,
  });
  try {
    let rest = '';
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + part).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^(?:event: serialized-error\n)?data: (.*)$/.exec(block.trim())?.[1];
        if (data !== undefined) yield superjson.deserialize(JSON.parse(data));
      }
    }
  } finally {
    leaving.abort();
  }
}

async function request(userId: string): Promise<string> {
  const record = buildUsageRecord({ userId, atMs: Date.now() });
  await ingestUsage(api.domain.db, [record]);
  return record.id;
}

const nothing = { events: [], hasGap: false };

test('tells a customer of their requests as they come, and of nobody else’s', async () => {
  const { customer, otherCustomer } = api.users;
  const looks = watch(api.tokens.customer);
  expect((await looks.next()).value).toEqual(nothing);
  await request(otherCustomer.id);
  const id = await request(customer.id);
  const look = (await looks.next()).value;
  expect(look).toMatchObject({ events: [{ id, user: { id: customer.id }, at: expect.any(Date) }] });
  expect(Object.keys(Object(look).events[0])).not.toContain('decision');
  await looks.return(undefined);
});

test('ends with the reason when its user is suspended', async () => {
  const looks = watch(api.tokens.otherCustomer);
  expect((await looks.next()).value).toEqual(nothing);
  await suspendUser(api.domain.context(system, { now: new Date() }), { user: 'other@example.com' });
  expect((await looks.next()).value).toMatchObject({
    data: { code: 'unauthenticated', httpStatus: 401 },
  });
  expect(await looks.next()).toMatchObject({ done: true });
});

test('tells its watchers to come back when the server leaves, and bears that one has just left', async () => {
  const looks = watch(api.tokens.admin);
  expect((await looks.next()).value).toEqual(nothing);
  const left = watch(api.tokens.customer);
  expect((await left.next()).value).toEqual(nothing);
  await left.return(undefined);
  const ended = looks.next();
  closing.abort();
  expect((await ended).value).toMatchObject({ data: { code: 'not_ready', httpStatus: 503 } });
});
