import { request } from 'node:http';
import { buildServiceKey } from '@apigate/domain/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

async function send(method: string, path: string, token: string | undefined, body?: string) {
  const response = await fetch(`${api.url}/admin/users/${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'text/csv' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('a file is imported, and comes out as CSV and as JSON', async () => {
  const { admin } = api.tokens;
  const csv = 'email,name,plan_name\nx@imported.test,"X, Y",free\n';
  const dry = await send('POST', 'import?dry_run=true', admin, csv);
  expect(JSON.parse(dry.text)).toEqual({
    dry_run: true,
    rows: 1,
    imported: 1,
    skipped: 0,
    faults: [],
  });
  expect(await send('POST', 'import', admin, csv)).toMatchObject({ status: 200 });
  const again = await send('POST', 'import', admin, csv);
  expect(again.status).toBe(400);
  expect(JSON.parse(again.text)).toMatchObject({
    code: 'bad_request',
    errors: [{ path: 'lines.2.email', message: 'another user has it already' }],
  });
  const asCsv = await send('GET', 'export?q=imported.test', admin);
  expect(asCsv.headers.get('content-type')).toMatch(/^text\/csv/);
  expect(asCsv.headers.get('content-disposition')).toContain('users.csv');
  expect(asCsv.text.split('\r\n')[1]).toMatch(/^x@imported\.test,"X, Y",Free,,customer,active,/);
  const asJson = await send('GET', 'export?format=json&q=imported.test', admin);
  expect(JSON.parse(asJson.text)).toMatchObject([
    { email: 'x@imported.test', plan: { slug: 'free' }, created_at: expect.any(String) },
  ]);
  expect((await send('GET', 'export?format=json&q=nobody', admin)).text).toBe('[]\n');
});

test('who may, imports and exports; of all others a file is not even read', async () => {
  const { tokens, domain } = api;
  const reader = (await buildServiceKey(domain, ['users:read'])).secret;
  const writer = (await buildServiceKey(domain, ['users:write'])).secret;
  const statuses = async (method: string, path: string, body?: string) => {
    const callers = [undefined, tokens.customer, tokens.moderator, reader, writer, tokens.admin];
    // One after another: a second import at the same time is told to wait.
    const answered: number[] = [];
    for (const token of callers) answered.push((await send(method, path, token, body)).status);
    return answered;
  };
  expect(await statuses('POST', 'import?dry_run=true', '')).toEqual([401, 403, 403, 403, 400, 400]);
  expect(await statuses('GET', 'export')).toEqual([401, 403, 200, 200, 403, 200]);
  const wrongType = await fetch(`${api.url}/admin/users/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(wrongType.status).toBe(415);
});

interface Event {
  name: string;
  data: Record<string, unknown>;
}

/** Imports and reads the events of it, one by one. */
async function* importEvents(
  query: string,
  body: string,
  signal?: AbortSignal,
): AsyncGenerator<Event> {
  const response = await fetch(`${api.url}/admin/users/import${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.tokens.admin}`,
      'content-type': 'text/csv',
      accept: 'text/event-stream',
    },
    body,
    ...(signal && { signal }),
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  let text = '';
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      yield { name, data: JSON.parse(data) };
      text = text.slice(end + 2);
    }
  }
}

async function gathered(events: AsyncGenerator<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const rowsOf = (domain: string, count: number): string =>
  Array.from({ length: count }, (_, at) => `u${at}@${domain}\n`).join('');

const countOf = async (domain: string): Promise<number> => {
  const { rows } = await api.domain.db.query(
    `select count(*)::int as users from users where email like $1`,
    [`%@${domain}`],
  );
  return rows[0]?.users;
};

test('who asks for events is told how far it is, and last what came of it', async () => {
  const file = `email\n${rowsOf('told.test', 4_500)}`;
  const dry = await gathered(importEvents('?dry_run=true', file));
  expect(dry.map(({ data: { step, rows } }) => [step, rows])).toEqual([
    ...[1_000, 2_000, 3_000, 4_000, 4_500].map((rows) => ['check', rows]),
    [undefined, 4_500],
  ]);
  expect(await countOf('told.test')).toBe(0);
  const events = await gathered(importEvents('', file));
  expect(events.slice(5, -1)).toEqual(
    [2_000, 4_000, 4_500].map((rows) => ({
      name: 'progress',
      data: { step: 'store', rows, share: rows / 4_500 },
    })),
  );
  for (const [at, { data }] of events.slice(0, 5).entries()) {
    expect(data['share']).toBeCloseTo(Math.min(1, (at + 1) / 4.5), 1);
  }
  expect(events.at(-1)).toEqual({
    name: 'report',
    data: { dry_run: false, rows: 4_500, imported: 4_500, skipped: 0, faults: [] },
  });
  const again = await gathered(importEvents('', file));
  expect(again.at(-1)).toMatchObject({
    name: 'problem',
    data: { code: 'bad_request', status: 400, request_id: expect.any(String) },
  });
  expect(again.at(-1)?.data['errors']).toHaveLength(1_000);
});

test('who is told and leaves before the end has imported nothing', async () => {
  const leaving = new AbortController();
  const events = importEvents('', `email\n${rowsOf('left.test', 20_000)}`, leaving.signal);
  expect(await events.next()).toMatchObject({ value: { name: 'progress' } });
  leaving.abort();
  await expect(events.next()).rejects.toThrow();
  await vi.waitFor(async () => {
    expect(await send('POST', 'import', api.tokens.admin, 'email\nnext@left.test\n')).toMatchObject(
      {
        status: 200,
      },
    );
  }, 20_000);
  expect(await countOf('left.test')).toBe(1);
});

test('a sender who breaks off has imported nothing, and the next one gets the turn', async () => {
  const { admin } = api.tokens;
  const upload = request(`${api.url}/admin/users/import?skip_faulty=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'text/csv' },
  });
  upload.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    upload.write('email\none@broken.test\ntwo@broken.test\n', () => resolve());
  });
  const closed = new Promise((resolve) => upload.once('close', resolve));
  upload.destroy();
  await closed;
  expect(await send('POST', 'import', admin, 'email\nthree@broken.test\n')).toMatchObject({
    status: 200,
  });
  const { rows } = await api.domain.db.query(
    `select email from users where email like '%@broken.test'`,
  );
  expect(rows).toEqual([{ email: 'three@broken.test' }]);
});
